using Edge.Runtime.Scoring;

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
        return (Quantile.NearestRank(sorted, 0.5), Quantile.NearestRank(sorted, 0.95), Quantile.NearestRank(sorted, 0.99));
    }
}
