using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Data;

namespace Edge.Training.Tuning;

/// <summary>Good and spoiled pictures as the network measured them once, on which settings of the map are tried.</summary>
/// <param name="Good">Planes of the good pictures.</param>
/// <param name="Spoiled">Planes of their spoiled copies, in the same order.</param>
/// <param name="Kinds">What each is spoiled by.</param>
internal sealed record Trial(IReadOnlyList<Planes> Good, IReadOnlyList<Planes> Spoiled, IReadOnlyList<DefectKind> Kinds)
{
    private const int Folds = 2;

    /// <summary>All but some pictures and their copies.</summary>
    public Trial Without(IReadOnlyList<int> pictures)
    {
        return new Trial(Rest(Good), Rest(Spoiled), Rest(Kinds));

        T[] Rest<T>(IReadOnlyList<T> all) => [.. all.Where((_, i) => !pictures.Contains(i))];
    }

    /// <summary>Tries settings: constants from one half of the good pictures, scores from the other half and its spoiled copies, and the other way round.</summary>
    /// <param name="candidate">The settings.</param>
    /// <param name="alpha">False-reject rate; raised to the least that so many pictures can promise.</param>
    public Outcome Try(Candidate candidate, double alpha)
    {
        var builder = new MapBuilder(candidate.Profile);
        var (good, spoiled) = (new float[Good.Count], new float[Spoiled.Count]);
        for (var fold = 0; fold < Folds; fold++)
        {
            builder.Use(builder.Fit([.. Good.Where((_, i) => i % Folds != fold)]));
            for (var i = fold; i < good.Length; i += Folds)
            {
                good[i] = builder.Score(Good[i]).Score;
                spoiled[i] = builder.Score(Spoiled[i]).Score;
            }
        }
        Array.Sort(good);
        var threshold = ConformalThreshold.Threshold(good, Math.Max(alpha, 1.0 / (good.Length + 1)));
        bool[] found = [.. spoiled.Select(s => ConformalThreshold.IsDefect(s, threshold))];
        return new Outcome(candidate, found, spoiled.Order().ElementAt(spoiled.Length / 2) / threshold,
            Kinds.Distinct().ToDictionary(kind => kind, kind => found.Where((_, i) => Kinds[i] == kind).Average(f => f ? 1.0 : 0)));
    }
}
