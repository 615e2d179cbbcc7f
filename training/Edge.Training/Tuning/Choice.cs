namespace Edge.Training.Tuning;

/// <summary>One question of a tuning, with its answers.</summary>
/// <param name="Question">What was varied.</param>
/// <param name="Outcomes">Every candidate's outcome.</param>
/// <param name="Chosen">The one kept.</param>
internal sealed record Choice(string Question, IReadOnlyList<Outcome> Outcomes, Outcome Chosen)
{
    /// <summary>Localisations nearer than this are the same.</summary>
    private const double SameLocalisation = 0.003;

    /// <summary>
    /// Keeps the one that detects most at the asked false-reject rate; of those within one standard error of it the one that says best where;
    /// of equals the cheapest; then the one named first.
    /// </summary>
    /// <param name="question">What was varied.</param>
    /// <param name="outcomes">In the order in which equals are preferred.</param>
    /// <param name="spoiled">How many spoiled pictures there are.</param>
    public static Choice Of(string question, IReadOnlyList<Outcome> outcomes, int spoiled)
    {
        var most = outcomes.Max(o => o.Detection);
        var error = Math.Max(1.0 / spoiled, Math.Sqrt(most * (1 - most) / spoiled));
        var equal = outcomes.Where(o => o.Detection >= most - error - 1e-9).ToList();
        var best = equal.Max(o => o.Localisation);
        var chosen = equal.Where(o => o.Localisation >= best - SameLocalisation).MinBy(o => o.Candidate.Profile.Evaluations)!;
        return new Choice(question, outcomes, chosen);
    }
}
