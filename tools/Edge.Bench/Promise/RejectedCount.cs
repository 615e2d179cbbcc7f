namespace Edge.Bench.Promise;

/// <summary>
/// How many of m new pictures lie above the k-th highest of n calibration scores, where all n + m are exchangeable and no two scores are equal: the
/// negative hypergeometric distribution, whatever the scores' own is. Of all C(n + m, m) orders of new and other scores, those with j new ones above
/// the k-th highest of the others are C(j + k - 1, j) C(m - j + n - k, m - j).
/// </summary>
internal static class RejectedCount
{
    /// <summary>[m + 1] the probability of 0, 1, .. m.</summary>
    /// <param name="n">Calibration pictures, 1 or more.</param>
    /// <param name="k">Which of their scores is the threshold, counted from the highest, 1 to n.</param>
    /// <param name="m">New pictures, 0 or more.</param>
    public static double[] Probabilities(int n, int k, int m)
    {
        // In logarithms, since none of many may be above.
        var log = 0.0;
        for (var i = 1; i <= m; i++)
            log += Math.Log((n - k + i) / (double)(n + i));
        var probabilities = new double[m + 1];
        for (var j = 0; j <= m; j++)
        {
            probabilities[j] = Math.Exp(log);
            if (j < m)
                log += Math.Log((j + k) / (j + 1.0)) + Math.Log((m - j) / (double)(n - k + m - j));
        }
        return probabilities;
    }

    /// <summary>The probability of j or more.</summary>
    /// <inheritdoc cref="Probabilities"/>
    public static double AtLeast(int j, int n, int k, int m) => Math.Min(1, Probabilities(n, k, m).Skip(j).Sum());
}
