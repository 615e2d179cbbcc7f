namespace Edge.Bench.Speed;

/// <summary>What is read off a series of times.</summary>
internal static class Percentile
{
    /// <summary>Nearest rank: a time that was seen, never one between two.</summary>
    public static double Rank(ReadOnlySpan<double> ascending, double q) => ascending[Math.Max((int)Math.Ceiling(q * ascending.Length) - 1, 0)];

    /// <summary>The median by nearest rank, of values in any order.</summary>
    public static double Median(IEnumerable<double> values) => Rank(values.Order().ToArray(), 0.5);

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
