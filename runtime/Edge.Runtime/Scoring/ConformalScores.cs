using System.Runtime.InteropServices;
using Edge.Runtime.Bundles;

namespace Edge.Runtime.Scoring;

/// <summary>
/// From scores to verdicts without a defect ever seen: split conformal prediction (Vovk et al. 2005) on held-out good pictures. Pictures of one group are one draw:
/// each of them counts as one part of its group (hierarchical conformal prediction, Lee, Barber and Willett, arXiv 2306.06342). If a good picture's group is
/// exchangeable with the calibration's groups, the picture is rejected with a probability of at most alpha, whatever the scores' distribution. That
/// is a mean over calibrations. The rate of one calibration of n pictures without ties follows Beta(k, n + 1 - k), k = floor(alpha (n + 1)) (Vovk
/// 2012): for n = 99 and 1 % its standard deviation is 1 point. The promise ends where light, camera or product changes.
/// score > Threshold(alpha) holds exactly where PValue(score) is at most alpha, ties included. Immutable and thread-safe.
/// </summary>
internal sealed class ConformalScores
{
    private readonly float[] scores;

    // [n + 1] how many groups' worth of scores lie at or above index i.
    private readonly double[] above;

    /// <param name="scores">[n] scores of good pictures in any order; infinite for a picture that the gate rejects.</param>
    /// <param name="groups">[n] the group of each, or empty where each picture is its own.</param>
    /// <exception cref="ArgumentException">There is no score, one is not a number, or the lengths differ.</exception>
    public ConformalScores(IReadOnlyList<float> scores, IReadOnlyList<int>? groups = null)
    {
        groups ??= [];
        if (scores.Count == 0 || scores.Any(float.IsNaN))
            throw new ArgumentException("Calibration needs one score or more, and each must be a number.", nameof(scores));
        if (groups.Count != 0 && groups.Count != scores.Count)
            throw new ArgumentException($"There are {groups.Count} groups for {scores.Count} scores.", nameof(groups));
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        this.scores = [.. order.Select(i => scores[i])];
        var sizes = groups.GroupBy(g => g).ToDictionary(g => g.Key, g => g.Count());
        Groups = groups.Count == 0 ? scores.Count : sizes.Count;
        above = new double[scores.Count + 1];
        for (var i = scores.Count - 1; i >= 0; i--)
            above[i] = groups.Count == 0 ? scores.Count - i : above[i + 1] + 1.0 / sizes[groups[order[i]]];
        // A sum of parts of one may be off by a rounding error, and a comparison with alpha must not see it.
        for (var i = 0; i < above.Length; i++)
            above[i] = Math.Round(above[i], 9);
    }

    /// <summary>Those of a bundle's profile.</summary>
    public ConformalScores(Calibration calibration) : this(calibration.Scores, calibration.Groups)
    {
    }

    /// <summary>How many draws there are: groups, or pictures where each is its own.</summary>
    public int Groups { get; }

    /// <summary>The scores, ascending.</summary>
    public ReadOnlySpan<float> Sorted => scores;

    /// <summary>The smallest false-reject rate that can be promised: (1 + groups' worth of scores that are infinite) / (groups + 1).</summary>
    public double LeastAlpha => PValue(float.MaxValue);

    /// <summary>Share of good pictures expected to score this high or higher.</summary>
    /// <param name="score">The picture's score; NaN counts as larger than any.</param>
    /// <returns>The p-value, in [1 / (groups + 1), 1].</returns>
    public double PValue(float score) => (1 + above[CountBelow(score)]) / (Groups + 1.0);

    /// <summary>The threshold of a false-reject rate: scores above it are defects.</summary>
    /// <param name="alpha">The false-reject rate, on average over calibrations; above 0 and below 1.</param>
    /// <returns>A calibration score.</returns>
    /// <exception cref="ArgumentOutOfRangeException">alpha is outside its range or below <see cref="LeastAlpha"/>; the message says how many groups it takes.</exception>
    public float Threshold(double alpha)
    {
        if (!(alpha is >= 1e-9 and < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha must be at least 1e-9 and below 1.");
        if (LeastAlpha > alpha)
        {
            var needed = PicturesNeeded(alpha);
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, Groups < needed
                ? $"alpha {alpha} needs {needed} calibration pictures, each of its own; the bundle has {Groups}: {needed - Groups} more."
                : $"alpha {alpha} cannot be promised: {above[CountBelow(float.PositiveInfinity)]:0.#} of {Groups} calibration pictures are unlike the others. "
                    + $"At least {LeastAlpha:P2} is possible; look at them, and leave out what is not good.");
        }
        // The lowest calibration score of which everything above has a p-value of at most alpha.
        var (low, high) = (0, scores.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PValue(MathF.BitIncrement(scores[middle])) <= alpha)
                high = middle;
            else
                low = middle + 1;
        }
        return scores[low];
    }

    /// <summary>The share of good pictures that may be expected above a threshold, on average over calibrations. For the threshold of an alpha it is
    /// at most that alpha. For a threshold chosen by looking at the scores it is an estimate and no promise.</summary>
    /// <param name="threshold">Any threshold.</param>
    /// <returns>The rate, in [1 / (groups + 1), 1].</returns>
    public double FalseRejectRate(float threshold) => PValue(MathF.BitIncrement(threshold));

    /// <summary>The verdict of the score alone: true for a defect. NaN is a defect.</summary>
    public static bool IsDefect(float score, float threshold) => !(score <= threshold);

    /// <summary>How many calibration pictures an alpha needs at least: the smallest n with 1 / (n + 1) at most alpha.</summary>
    /// <param name="alpha">The false-reject rate asked for, 1e-9 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is outside its range.</exception>
    public static long PicturesNeeded(double alpha)
    {
        if (!(alpha is >= 1e-9 and < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha must be at least 1e-9 and below 1.");
        var n = (long)(1 / alpha) - 1;
        while (1 / (n + 1.0) > alpha)
            n++;
        return n;
    }

    private int CountBelow(float score)
    {
        if (float.IsNaN(score))
            return scores.Length;
        var (low, high) = (0, scores.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (scores[middle] >= score)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
