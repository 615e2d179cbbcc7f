namespace Edge.Service;

/// <summary>Counts values by size.</summary>
internal sealed class Histogram(string name, string help, double[] bounds, params string[] labels)
    : MetricFamily<Histogram.Buckets>(name, help, "histogram", labels, () => new Buckets(bounds.Length))
{
    public void Observe(double value, params ReadOnlySpan<string> labels)
    {
        var buckets = Child(labels);
        var i = Array.FindIndex(bounds, bound => value <= bound);
        lock (buckets)
        {
            buckets.Counts[i < 0 ? bounds.Length : i]++;
            buckets.Sum += value;
        }
    }

    protected override void Write(TextWriter output, string labels, Buckets child)
    {
        long[] counts;
        double sum;
        lock (child)
            (counts, sum) = ([.. child.Counts], child.Sum);
        long total = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            var bound = i < bounds.Length ? bounds[i] : double.PositiveInfinity;
            output.Write($"{Name}_bucket{Braces(labels, $"le=\"{Number(bound)}\"")} {total}\n");
        }
        output.Write($"{Name}_sum{Braces(labels)} {Number(sum)}\n{Name}_count{Braces(labels)} {total}\n");
    }

    /// <summary>Counts of one combination of labels; the last is of what is above every bound.</summary>
    internal sealed class Buckets(int bounds)
    {
        public long[] Counts { get; } = new long[bounds + 1];

        public double Sum { get; set; }
    }
}
