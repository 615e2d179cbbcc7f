using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Training.Tuning;

/// <summary>
/// Chooses the settings of a T-scale profile one question after the other, from good pictures and synthetic defects alone. The network is
/// read once at every level; the questions that follow are arithmetic on what it said.
/// </summary>
/// <param name="trial">Planes of the levels, and last that of the log-odds.</param>
/// <param name="levels">The timestep of each plane but the last.</param>
/// <param name="alpha">False-reject rate at which detection counts.</param>
/// <param name="aligned">Whether all pictures have one size, so that places may have constants of their own.</param>
internal sealed class Tuner(Trial trial, IReadOnlyList<int> levels, double alpha, bool aligned)
{
    private static readonly int[][] Sets = [[25], [50], [100], [8, 25], [25, 50], [25, 100], [50, 100], [8, 25, 50], [25, 50, 100], [8, 25, 50, 100, 200]];
    private static readonly double[][] WidthSets = [[3, 9, 27], [1, 3, 9], [2, 6, 18], [1.5, 3, 6, 12, 24], [1, 3, 9, 27], [2], [4]];

    /// <summary>All questions, the last with the final choice.</summary>
    /// <param name="start">What is tried first: T scales. Its widths are the widest that suit the pictures.</param>
    /// <param name="logit">The profile that reads the log-odds instead; null where that may not be chosen.</param>
    /// <param name="log">Told of every answer.</param>
    public IReadOnlyList<Choice> Run(Profile start, Profile? logit, Action<string> log)
    {
        var choices = new List<Choice>();
        var now = start;
        var widest = start.Map.Widths[^1] * 4 / 3;
        // The log-odds were taught on painted defects, if others than these, and look better here than they are: in doubt it stays with T scales.
        if (logit is not null)
            Ask("reading", [Levels(now, now.TScales!.Timesteps), ("log-odds", logit)]);
        if (!now.TScales!.Logit)
        {
            Ask("levels", Sets.Where(s => s.All(levels.Contains)).Select(s => Levels(now, s)));
            Ask("relative", new[] { true, false }.Select(r => ($"relative {(r ? "yes" : "no")}", now with { Map = now.Map with { Relative = r } })));
        }
        Ask("sides", new[] { false, true }.Select(b => ($"{(b ? "both sides" : "above only")}", now with { Map = now.Map with { BothSides = b } })));
        Ask("zones", (aligned ? new[] { PlaneZones.Border, PlaneZones.None, PlaneZones.Grid } : [PlaneZones.Border, PlaneZones.None])
            .Select(z => ($"zones {z.ToString().ToLowerInvariant()}", now with { Map = now.Map with { Zones = z } })));
        Ask("widths", WidthSets.Prepend([.. now.Map.Widths]).Select(w => w.Where(v => v == w[0] || v <= widest).ToList()).DistinctBy(w => string.Join(' ', w))
            .Select(w => ($"widths {string.Join(' ', w)}", now with { Map = now.Map with { Widths = w } })));
        if (now.Planes > 1)
            Ask("aggregation", new[] { MapAggregation.Mean, MapAggregation.Max }
                .Select(a => ($"aggregation {a.ToString().ToLowerInvariant()}", now with { Map = now.Map with { Aggregation = a } })));
        Ask("score", new[] { 1.0, 0.25, 4, 0.05 }.Select(f => Math.Max(1, (int)(f * now.TopPixels))).Distinct().Select(k => ($"top {k} pixels", now with { TopPixels = k })));
        return choices;

        void Ask(string question, IEnumerable<(string Changed, Profile Profile)> answers)
        {
            var choice = Choice.Of(question, [.. answers.Select(a => Try(new Candidate(a.Changed, a.Profile)))]);
            choices.Add(choice);
            now = choice.Chosen.Candidate.Profile;
            log($"Tuned {question}: {choice.Chosen.Candidate.Changed} (finds {choice.Chosen.Detection:P1} of synthetic defects, strong to faint, at {alpha:P0} false rejects).");
        }
    }

    /// <summary>Tries one candidate.</summary>
    public Outcome Try(Candidate candidate) => trial.Select(PlanesOf(candidate.Profile, levels)).Try(candidate, alpha);

    /// <summary>Which of the trial's planes a profile reads.</summary>
    /// <param name="profile">A profile of T scales.</param>
    /// <param name="levels">The timestep of each plane but the last, which holds the log-odds.</param>
    public static int[] PlanesOf(Profile profile, IReadOnlyList<int> levels)
    {
        int[] planes = [.. profile.TScales!.Timesteps.Select(t => levels.ToList().IndexOf(t))];
        return profile.TScales.Logit ? [.. planes, levels.Count] : planes;
    }

    private static (string, Profile) Levels(Profile profile, IReadOnlyList<int> timesteps) =>
        ($"t {string.Join(' ', timesteps)}", profile with { TScales = profile.TScales! with { Timesteps = [.. timesteps] } });
}
