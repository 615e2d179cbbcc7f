namespace Edge.Runtime.Scoring;

/// <summary>
/// From scores to verdicts without a defect ever seen: split conformal prediction (Vovk et al. 2005) on n held-out normal pictures. If a
/// normal picture is exchangeable with them, it is called a defect with a probability of at most alpha, whatever the scores' distribution.
/// score > Threshold(alpha) holds exactly where PValue(score) is at most alpha, ties included.
/// </summary>
public static class ConformalThreshold
{
    /// <summary>p = (1 + how many calibration scores are at least this one) / (n + 1).</summary>
    /// <param name="sorted">[n] calibration scores, ascending.</param>
    /// <param name="score">The picture's score; NaN counts as larger than any.</param>
    /// <returns>The p-value, in [1 / (n + 1), 1].</returns>
    public static double PValue(ReadOnlySpan<float> sorted, float score) => (1.0 + sorted.Length - CountBelow(sorted, score)) / (sorted.Length + 1.0);

    /// <summary>How many of the scores, ascending, are less than this one.</summary>
    internal static int CountBelow(ReadOnlySpan<float> sorted, float score)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] >= score)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>The score above which a picture is a defect: the ceil((n + 1)(1 - alpha))-th smallest calibration score.</summary>
    /// <param name="sorted">[n] calibration scores, ascending.</param>
    /// <param name="alpha">The false-reject rate asked for, 1e-9 to below 1.</param>
    /// <exception cref="BundleException">alpha is outside its range, the scores are too few for it, not in order or not numbers.</exception>
    public static float Threshold(ReadOnlySpan<float> sorted, double alpha)
    {
        var needed = PicturesNeeded(alpha);
        for (var i = 0; i < sorted.Length; i++)
            if (float.IsNaN(sorted[i]) || (i > 0 && sorted[i] < sorted[i - 1]))
                throw new BundleException($"calibration: score {i} ({sorted[i]}) is not a number or not in ascending order");

        var n = sorted.Length;
        if (n < needed)
            throw new BundleException($"alpha {alpha} needs {needed} calibration pictures; the bundle has {n}: {needed - n} more");

        // How many of the n + 1 may be called a defect: the largest r with r / (n + 1) <= alpha, by the very comparison of the p-value,
        // since alpha (n + 1) itself may round to the wrong side of an integer.
        var rejects = (int)(alpha * (n + 1.0));
        while ((rejects + 1) / (n + 1.0) <= alpha)
            rejects++;
        while (rejects / (n + 1.0) > alpha)
            rejects--;
        return sorted[n - rejects];
    }

    /// <summary>The share of good pictures that may be expected above a threshold: (1 + how many calibration scores are above it) / (n + 1).
    /// For the threshold of an alpha it is at most that alpha.</summary>
    /// <param name="sorted">[n] calibration scores, ascending.</param>
    /// <param name="threshold">Any threshold.</param>
    /// <returns>The rate, in [1 / (n + 1), 1].</returns>
    public static double FalseRejectRate(ReadOnlySpan<float> sorted, float threshold) => PValue(sorted, MathF.BitIncrement(threshold));

    /// <summary>How many calibration pictures an alpha needs at least: the smallest n with 1 / (n + 1) at most alpha.</summary>
    /// <param name="alpha">The false-reject rate asked for, 1e-9 to below 1.</param>
    /// <exception cref="BundleException">alpha is outside its range.</exception>
    public static long PicturesNeeded(double alpha)
    {
        if (!(alpha is >= 1e-9 and < 1))
            throw new BundleException($"alpha {alpha} must lie between 0 and 1 and cannot be below 1e-9");
        var n = (long)(1 / alpha) - 1;
        while (1 / (n + 1.0) > alpha)
            n++;
        return n;
    }

    /// <summary>The verdict: true for a defect. NaN is a defect.</summary>
    /// <param name="score">The picture's score.</param>
    /// <param name="threshold">From <see cref="Threshold"/>.</param>
    public static bool IsDefect(float score, float threshold) => !(score <= threshold);
}
