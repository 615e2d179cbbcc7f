namespace Edge.Service;

/// <summary>The two-sided Kolmogorov-Smirnov test of whether two samples come from one distribution (Smirnov 1939).</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>The largest difference between the samples' distribution functions, 0 to 1.</summary>
    /// <param name="a">Ascending, not empty.</param>
    /// <param name="b">Ascending, not empty.</param>
    /// <param name="tolerance">Differences that a shift by so much, either way, would explain do not count.</param>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double tolerance = 0) =>
        Math.Max(Excess(a, b, tolerance), Excess(b, a, tolerance));

    /// <summary>The distance that two samples of one distribution pass with this probability, or more rarely: sqrt(-ln(p / 2) / 2) * sqrt((n + m) / (n m)).
    /// Above 1 the samples are too small for an alarm that rarely false.</summary>
    public static double Limit(int n, int m, double probability) => Math.Sqrt(-Math.Log(probability / 2) / 2) * Math.Sqrt(((double)n + m) / ((double)n * m));

    /// <summary>The largest excess of a's distribution function at x over b's at x + tolerance. It is reached at a value of a.</summary>
    private static double Excess(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double tolerance)
    {
        double most = 0;
        for (int i = 0, j = 0; i < a.Length; i++)
        {
            if (i + 1 < a.Length && a[i + 1] == a[i])
                continue;
            while (j < b.Length && b[j] <= a[i] + tolerance)
                j++;
            most = Math.Max(most, (i + 1.0) / a.Length - (double)j / b.Length);
        }
        return most;
    }
}
