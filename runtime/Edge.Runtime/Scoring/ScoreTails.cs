using System.Numerics;
using Edge.Runtime.Bundles;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Puts the scores of readings on one scale: the logarithm, to the base 10, of how rare such a score is among good pictures. 2 is one in a hundred, 3 one in a
/// thousand. Above the upper quarter of the good pictures it goes on along a generalised Pareto tail (Pickands 1975), so that a reading that is far off for a good
/// picture now and then counts for less than one that never is.
/// </summary>
internal static class ScoreTails
{
    /// <summary>Share of the pictures whose excesses are the tail, and how many they are at least, up to half of all.</summary>
    private const double TailShare = 0.25;

    private const int FewestExcesses = 10;

    /// <summary>A shape before any picture was seen, and how many excesses it weighs as much as: a handful say little of their tail.</summary>
    private const double PriorShape = 0.2, PriorWeight = 10;

    private const double LeastShape = 0.05, MostShape = 0.9;

    /// <summary>Pictures that happen to score alike must not make every other one's rare.</summary>
    private const double LeastScale = 0.01;

    private static readonly float PerTen = (float)(1 / Math.Log(10));

    /// <summary>Fits a tail by probability-weighted moments (Hosking and Wallis 1987), its shape drawn to the prior.</summary>
    /// <param name="scores">Of good pictures, four or more, 0 or more.</param>
    public static ScoreTail Fit(IReadOnlyCollection<float> scores)
    {
        double[] sorted = [.. scores.Select(score => (double)score).Order()];
        var n = sorted.Length;
        var k = Math.Clamp(Math.Max((int)(TailShare * n), Math.Min(FewestExcesses, n / 2)), 1, n - 1);
        var start = Math.Max(sorted[n - k - 1], 1e-6);
        double mean = 0, weighted = 0;
        for (var i = 0; i < k; i++)
        {
            var excess = Math.Max(0, sorted[n - k + i] - start);
            mean += excess / k;
            weighted += excess / k * (k - 1 - i) / Math.Max(1, k - 1);
        }
        var moment = mean - 2 * weighted;
        var shape = moment > 0 ? 2 - mean / moment : PriorShape;
        shape = Math.Clamp((k * shape + PriorWeight * PriorShape) / (k + PriorWeight), LeastShape, MostShape);
        return new ScoreTail { Start = (float)start, Share = (float)k / n, Scale = (float)Math.Max(mean * (1 - shape), LeastScale * start), Shape = (float)shape };
    }

    /// <summary>The tails of several readings.</summary>
    /// <param name="scores">[pictures][readings] of good pictures.</param>
    public static ScoreTail[] FitAll(IReadOnlyList<float[]> scores) => [.. scores[0].Select((_, r) => Fit([.. scores.Select(s => s[r])]))];

    /// <summary>The score of a picture: the largest of its readings' on the common scale.</summary>
    public static float Of(IReadOnlyList<ScoreTail> tails, ReadOnlySpan<float> scores)
    {
        var most = float.NegativeInfinity;
        for (var r = 0; r < scores.Length; r++)
            most = Math.Max(most, Of(tails[r], scores[r]));
        return most;
    }

    /// <summary>
    /// Scores of calibration pictures, each by tails that know nothing of it nor of its group, as they know nothing of a new picture (jackknife; Barber et al.,
    /// arXiv 1905.02928).
    /// </summary>
    /// <param name="fitted">[pictures][readings] of good pictures that do not calibrate.</param>
    /// <param name="scores">[pictures][readings] of those that do.</param>
    /// <param name="groups">[pictures] the group of each; empty where each is its own.</param>
    public static float[] Apart(IReadOnlyList<float[]> fitted, IReadOnlyList<float[]> scores, IReadOnlyList<int> groups)
    {
        int[] of = groups.Count > 0 ? [.. groups] : [.. Enumerable.Range(0, scores.Count)];
        var result = new float[scores.Count];
        foreach (var group in of.Distinct())
        {
            var tails = FitAll([.. fitted, .. scores.Where((_, i) => of[i] != group)]);
            for (var i = 0; i < result.Length; i++)
                if (of[i] == group)
                    result[i] = Of(tails, scores[i]);
        }
        return result;
    }

    /// <summary>A score on the common scale, 0 or more.</summary>
    public static float Of(ScoreTail tail, float score)
    {
        var at = -MathF.Log10(tail.Share);
        return score <= tail.Start ? at * score / tail.Start : at + MathF.Log(1 + tail.Shape * (score - tail.Start) / tail.Scale) * PerTen / tail.Shape;
    }

    /// <summary>Puts a map on the common scale, in place.</summary>
    public static void Apply(ScoreTail tail, Span<float> map)
    {
        var at = -MathF.Log10(tail.Share);
        var (start, slope, steep, factor) = (new Vector<float>(tail.Start), new Vector<float>(at / tail.Start), new Vector<float>(tail.Shape / tail.Scale), new Vector<float>(PerTen / tail.Shape));
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var z = new Vector<float>(map[i..]);
            var above = Vector.GreaterThan(z, start);
            var low = Vector.Min(z, start) * slope;
            // The logarithm is the slow part, and most pixels do not need it.
            (Vector.EqualsAll(above, Vector<int>.Zero) ? low
                : Vector.ConditionalSelect(above, new Vector<float>(at) + Vector.Log(Vector<float>.One + steep * Vector.Max(Vector<float>.Zero, z - start)) * factor, low)).CopyTo(map[i..]);
        }
        for (; i < map.Length; i++)
            map[i] = Of(tail, map[i]);
    }
}
