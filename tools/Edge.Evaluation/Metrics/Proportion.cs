namespace Edge.Evaluation.Metrics;

/// <summary>A share k of n and how well it is known.</summary>
internal static class Proportion
{
    /// <summary>
    /// Wilson's score interval at 95 % (Wilson 1927). Used for the false-reject rate, where a bootstrap of 0 seen would claim to know that it is 0.
    /// </summary>
    public static (double Low, double High) Wilson(int k, int n)
    {
        if (n == 0)
            return (double.NaN, double.NaN);

        const double z = 1.959963984540054;
        var share = (double)k / n;
        var centre = share + z * z / (2 * n);
        var half = z * Math.Sqrt(share * (1 - share) / n + z * z / (4.0 * n * n));
        var scale = 1 + z * z / n;
        return (Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }

    /// <summary>Between which shares k / n lies with 95 % probability, at most 2.5 % beyond either end, when each of n is counted with a given probability.</summary>
    /// <param name="probability">0 .. 1.</param>
    /// <param name="n">At least 1.</param>
    public static (double Low, double High) Binomial(double probability, int n)
    {
        if (probability is <= 0 or >= 1)
            return (probability, probability);

        var (low, high) = (0, 0);
        foreach (var atMost in Runtime.Scoring.Binomial.Cumulative(n, probability))
        {
            low += atMost <= 0.025 ? 1 : 0;
            high += atMost < 0.975 ? 1 : 0;
        }
        return ((double)Math.Min(low, n) / n, (double)Math.Min(high, n) / n);
    }
}
