using Edge.Runtime.Scoring;

namespace Edge.Bench.Speed;

/// <summary>What is read off a series of times.</summary>
internal static class Percentile
{
    /// <summary>The median by nearest rank, of values in any order.</summary>
    public static double Median(IEnumerable<double> values) => Quantile.NearestRank(values.Order().ToArray(), 0.5);

    /// <summary>Standard deviation of the values themselves.</summary>
    public static double Deviation(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value;
        foreach (var value in values)
            squares += (value - sum / values.Length) * (value - sum / values.Length);
        return Math.Sqrt(squares / values.Length);
    }
}
