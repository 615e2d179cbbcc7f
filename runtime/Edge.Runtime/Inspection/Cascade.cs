using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// The arithmetic of two profiles on one scale. A score that the first gives stays as it is. A score of the second becomes the score of equal
/// rank among the first's calibration scores: the k-th of m becomes the one of rank k (n + 1) / (m + 1) of n, linear between neighbours, so
/// that it has the p-value the second gives it. Beyond the ends scores are in proportion to the end: half the least becomes half the least.
/// </summary>
/// <param name="settings">What is borderline.</param>
/// <param name="first">[n] calibration scores of the first, ascending, above 0.</param>
/// <param name="then">[m] calibration scores of the second, ascending, above 0.</param>
internal sealed class Cascade(CascadeSettings settings, float[] first, float[] then)
{
    public Cascade(CascadeSettings settings, Profile first, Profile then)
        : this(settings, [.. first.Calibration.Scores], [.. then.Calibration.Scores])
    {
    }

    /// <summary>Whether the second is to be asked.</summary>
    /// <param name="score">The first's score of the picture.</param>
    public bool IsBorderline(float score) => ConformalThreshold.PValue(first, score) is var p && p >= settings.From && p <= settings.To;

    /// <summary>What a score of the second is on the first's scale.</summary>
    public float OnFirstScale(float score) => (float)AtRank(first, RankOf(then, score) * (first.Length + 1) / (then.Length + 1));

    /// <summary>The cascade as it would be without one picture: if its scores are among the calibration's, they are taken out.</summary>
    public Cascade Without(float firstScore, float thenScore) => new(settings, Without(first, firstScore), Without(then, thenScore));

    /// <summary>1 for the least, n for the greatest, 0 for a score of 0.</summary>
    private static double RankOf(float[] sorted, float score)
    {
        if (score <= sorted[0])
            return score / (double)sorted[0];
        if (score > sorted[^1])
            return sorted.Length * (double)score / sorted[^1];
        var below = ConformalThreshold.CountBelow(sorted, score);
        return below + (score - sorted[below - 1]) / ((double)sorted[below] - sorted[below - 1]);
    }

    private static double AtRank(float[] sorted, double rank)
    {
        if (rank <= 1)
            return sorted[0] * rank;
        if (rank >= sorted.Length)
            return sorted[^1] * rank / sorted.Length;
        var below = (int)rank;
        return sorted[below - 1] + (rank - below) * ((double)sorted[below] - sorted[below - 1]);
    }

    private static float[] Without(float[] sorted, float score) =>
        Array.BinarySearch(sorted, score) is >= 0 and var i ? [.. sorted[..i], .. sorted[(i + 1)..]] : sorted;
}
