using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Training.Tuning;

/// <summary>Chooses the settings of a profile one question after the other, from good pictures and synthetic defects alone.</summary>
/// <param name="read">What a profile reads of them.</param>
/// <param name="alpha">False-reject rate at which detection counts.</param>
/// <param name="log">Told of every answer.</param>
internal sealed class Tuner(Func<Profile, Trial> read, double alpha, Action<string> log)
{
    /// <summary>First what proved itself on real defects: of aitex_03 t = 25 finds most, t = 50 says best where.</summary>
    private static readonly int[][] Sets = [[25, 50], [25], [50], [100], [8, 25], [25, 100], [50, 100], [8, 25, 50], [25, 50, 100], [8, 25, 50, 100, 200]];
    private static readonly double[][] WidthSets = [[3, 9, 27], [1, 3, 9], [2, 6, 18], [1.5, 3, 6, 12, 24], [1, 3, 9, 27], [2], [4]];

    /// <summary>How many times as many painted defects log-odds must find as T scales do: of aitex_03 they find 1.2 times as many and fewer real ones, of aitex_02 2.5 times and many more.</summary>
    internal const double Taught = 1.5;

    /// <summary>What share of the painted defects T scales must find to be the first answer. Of aitex_03, where they are the better reading, they find 39 %; of aitex_02 (3), mtd (11) and
    /// aitex_05 (15) they find less and are of little use, on the last to judge by good pictures alone: 7 % of new ones are rejected where 1 % is asked, with the log-odds none.</summary>
    internal const double Seeing = 0.25;

    private List<Choice> choices = [];
    private Profile now = new();

    /// <summary>Of a profile of T scales, with or without log-odds: what is read, and what is made of it. The network need not be asked again for any of it.</summary>
    /// <param name="start">What is tried first: T scales. Its widths are the widest that suit the pictures.</param>
    /// <param name="joint">The profile that reads the log-odds as well, each with a map of its own; null where that may not be chosen.</param>
    /// <param name="levels">The timesteps that may be read.</param>
    /// <param name="aligned">Whether the pictures show parts that lie alike, so that places may have constants of their own.</param>
    /// <returns>All questions, the last with the final choice.</returns>
    public IReadOnlyList<Choice> Scales(Profile start, Profile? joint, IReadOnlyList<int> levels, bool aligned)
    {
        (choices, now) = ([], start);
        var widest = start.Map.Widths[^1] * 4 / 3;
        if (joint is not null)
        {
            var (scales, both) = (Try(Levels(now, now.TScales!.Timesteps)), Try(("T scales and log-odds", joint)));
            // The log-odds were taught on painted defects, if others than these, and look better here than they are.
            Decide(scales.Detection < Seeing ? Choice.Of("reading", [both, scales]) : Choice.Of("reading", [scales, both], Taught));
        }
        // Beside the log-odds residuals are there to say where, which painted defects cannot judge: on aitex_02 they prefer low levels and no division, which say it worse.
        if (!now.TScales!.Logit)
        {
            Ask("levels", Sets.Where(s => s.All(levels.Contains)).DefaultIfEmpty([.. now.TScales.Timesteps]).Select(s => Levels(now, s)));
            Ask("relative", new[] { true, false }.Select(r => ($"relative {(r ? "yes" : "no")}", now with { Map = now.Map with { Relative = r } })));
        }
        Ask("sides", new[] { false, true }.Select(b => ($"{(b ? "both sides" : "above only")}", now with { Map = now.Map with { BothSides = b } })));
        Ask("zones", (aligned ? new[] { PlaneZones.Border, PlaneZones.None, PlaneZones.Grid } : [PlaneZones.Border, PlaneZones.None])
            .Select(z => ($"zones {z.ToString().ToLowerInvariant()}", now with { Map = now.Map with { Zones = z } })));
        Ask("widths", WidthSets.Prepend([.. now.Map.Widths]).Select(w => w.Where(v => v == w[0] || v <= widest).ToList()).DistinctBy(w => string.Join(' ', w))
            .Select(w => ($"widths {string.Join(' ', w)}", now with { Map = now.Map with { Widths = w } })));
        if (now.TScales!.Timesteps.Count > 1)
            Ask("aggregation", new[] { MapAggregation.Mean, MapAggregation.Max }
                .Select(a => ($"aggregation {a.ToString().ToLowerInvariant()}", now with { Map = now.Map with { Aggregation = a } })));
        Ask("score", new[] { 1.0, 0.25, 4, 0.05 }.Select(f => Math.Max(1, (int)(f * now.TopPixels))).Distinct().Select(k => ($"top {k} pixels", now with { TopPixels = k })));
        return choices;
    }

    /// <summary>Of a profile of T scales: what is read of each. Every answer asks the network anew.</summary>
    public IReadOnlyList<Choice> Mode(Profile scales)
    {
        (choices, now) = ([], scales);
        Ask("mode", new[] { TScaleMode.Noiseless, TScaleMode.Noised, TScaleMode.Difference }
            .Select(m => ($"mode {m.ToString().ToLowerInvariant()}", now with { TScales = now.TScales! with { Mode = m } })));
        return choices;
    }

    /// <summary>Of a profile that reconstructs: how, and what is compared. Almost every answer asks the network anew, several times a picture.</summary>
    /// <param name="start">What is tried first: pixels alone, with map and score of T scales.</param>
    /// <param name="layers">Outputs of the feature network.</param>
    /// <param name="tMax">No reconstruction begins at or above this timestep.</param>
    public IReadOnlyList<Choice> Reconstruction(Profile start, IReadOnlyList<string> layers, int tMax)
    {
        (choices, now) = ([], start);
        AskSampler("T'", [now.Reconstruction!.Sampler.StartT, 50, 200], t => t < tMax, (sampler, t) => sampler with { StartT = t });
        // Not the steps but their distance is the setting; one as wide as T' is a single step.
        AskSampler("skip", [25, 50, 10, now.Reconstruction!.Sampler.StartT], skip => skip <= now.Reconstruction!.Sampler.StartT, (sampler, skip) => sampler with { Skip = skip });
        AskSampler("w", [2.0, 0, 1, 4], _ => true, (sampler, w) => sampler with { ConditionWeight = w });
        AskSampler("s", [0.0, 0.1, 0.3], _ => true, (sampler, s) => sampler with { GuidanceWeight = s });
        List<List<string>> sets = [[], .. layers.Select(layer => new List<string> { layer }), [.. layers]];
        Ask("features", sets.DistinctBy(set => string.Join(' ', set)).Select(set => (set.Count == 0 ? "pixels alone" : $"and {string.Join(' ', set)}", now with
        {
            Reconstruction = now.Reconstruction! with { Features = set },
            Map = set.Count == 0 ? now.Map : now.Map with { Aggregation = MapAggregation.Weighted, Weights = [10, 1] },
        })));
        if (now.Planes > 1)
            Ask("feature weight", new[] { 0.1, 1, 10 }.Select(v => (FormattableString.Invariant($"v {v}"), now with { Map = now.Map with { Weights = [1, v] } })));
        return choices;

        void AskSampler<T>(string question, T[] values, Func<T, bool> fits, Func<SamplerOptions, T, SamplerOptions> change) =>
            Ask(question, values.Distinct().Where(fits).Select(v => (FormattableString.Invariant($"{question} {v}"),
                now with { Reconstruction = now.Reconstruction! with { Sampler = change(now.Reconstruction.Sampler, v) } })));
    }

    private void Ask(string question, IEnumerable<(string Changed, Profile Profile)> answers) => Decide(Choice.Of(question, [.. answers.Select(Try)]));

    private Outcome Try((string Changed, Profile Profile) answer) => read(answer.Profile).Try(new Candidate(answer.Changed, answer.Profile), alpha);

    private void Decide(Choice choice)
    {
        choices.Add(choice);
        now = choice.Chosen.Candidate.Profile;
        log($"Tuned {choice.Question}: {choice.Chosen.Candidate.Changed} (finds {choice.Chosen.Detection:P1} of synthetic defects, strong to faint, at {alpha:P0} false rejects).");
    }

    private static (string, Profile) Levels(Profile profile, IReadOnlyList<int> timesteps) =>
        ($"t {string.Join(' ', timesteps)}", profile with { TScales = profile.TScales! with { Timesteps = [.. timesteps] } });
}
