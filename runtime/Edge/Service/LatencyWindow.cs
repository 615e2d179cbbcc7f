namespace Edge.Service;

/// <summary>Quantiles over the last answers.</summary>
internal sealed class LatencyWindow(int capacity = 1000)
{
    private readonly double[] values = new double[capacity];
    private readonly Lock gate = new();
    private long count;

    public void Add(double milliseconds)
    {
        lock (gate)
            values[count++ % values.Length] = milliseconds;
    }

    /// <summary>Median, 95th and 99th percentile (nearest rank); null before the first value.</summary>
    public (double P50, double P95, double P99)? Quantiles()
    {
        double[] sorted;
        lock (gate)
            sorted = values[..(int)Math.Min(count, values.Length)];
        if (sorted.Length == 0)
            return null;
        Array.Sort(sorted);
        return (Rank(0.5), Rank(0.95), Rank(0.99));

        double Rank(double q) => sorted[Math.Max(0, (int)Math.Ceiling(q * sorted.Length) - 1)];
    }
}
