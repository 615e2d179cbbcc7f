using Edge.Runtime.Scoring;

namespace Edge.Training.Tuning;

/// <summary>One question of a tuning, with its answers.</summary>
/// <param name="Question">What was varied.</param>
/// <param name="Outcomes">Every candidate's outcome, first the one that is kept in doubt.</param>
/// <param name="Chosen">The one kept.</param>
internal sealed record Choice(string Question, IReadOnlyList<Outcome> Outcomes, Outcome Chosen)
{
    /// <summary>How often chance alone may overrule the first answer. On aitex_03 two pictures of 98 were once enough to look for values below the normals'
    /// as well, which cost .02 of AUPRO.</summary>
    private const double Significance = 0.025;

    /// <summary>How much further the median defect must reach towards the threshold where two find as many.</summary>
    private const double ClearlyFurther = 1.5;

    /// <summary>
    /// Keeps the first, which has proved itself or is the cheapest, unless the one that finds most at the asked false-reject rate finds more than chance explains, or
    /// another as many while the median defect reaches clearly further: where next to nothing is found, what is found says little. Synthetic defects are
    /// no good judge of anything finer: on real ones of aitex_03 their localisation ranked the settings of a map the wrong way round.
    /// </summary>
    /// <param name="question">What was varied.</param>
    /// <param name="outcomes">All of the same spoiled pictures.</param>
    /// <param name="handicap">How many times as many as the first another must find to be looked at, where it was taught on painted defects itself; 0 looks at all.</param>
    public static Choice Of(string question, IReadOnlyList<Outcome> outcomes, double handicap = 0)
    {
        var first = outcomes[0];
        Outcome[] fair = [first, .. outcomes.Skip(1).Where(o => o.Detection >= handicap * first.Detection)];
        var most = fair.MaxBy(o => o.Detection)!;
        // Of many answers one finds more by chance the more easily (Bonferroni).
        var significance = Significance / Math.Max(1, outcomes.Count - 1);
        if (!FindsNoFewer(first, most, significance))
            return new Choice(question, outcomes, most);
        var furthest = fair.Where(o => FindsNoFewer(o, most, significance)).MaxBy(o => o.Margin)!;
        return new Choice(question, outcomes, furthest.Margin >= ClearlyFurther * first.Margin ? furthest : first);
    }

    /// <summary>
    /// Both saw the same pictures, so that only those count which one found and the other did not: were they as good as each other, each would be either's with
    /// even chances (McNemar, 1947, the exact test). The root of the sum of both errors would hide what 100 pictures can tell.
    /// </summary>
    private static bool FindsNoFewer(Outcome outcome, Outcome most, double significance)
    {
        var (lost, gained) = (0, 0);
        for (var i = 0; i < most.Found.Count; i++)
        {
            lost += most.Found[i] && !outcome.Found[i] ? 1 : 0;
            gained += outcome.Found[i] && !most.Found[i] ? 1 : 0;
        }
        return HeadsOrMore(lost, lost + gained) > significance;
    }

    /// <summary>The chance that so many of n fair coins, or more, show heads.</summary>
    internal static double HeadsOrMore(int heads, int n) =>
        // As likely as so many tails or fewer.
        heads > n ? 0 : Binomial.Cumulative(n, 0.5).ElementAt(n - heads);
}
