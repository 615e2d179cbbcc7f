using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>Mean and standard deviation of planes in each zone, over the pixels of many normal pictures, in double precision.</summary>
/// <param name="standardizer">Says how planes are scaled and zones laid before they are counted.</param>
public sealed class PlaneStatistics(PlaneStandardizer standardizer)
{
    private readonly int zones = ZoneLayout.Count(standardizer.Zones);
    private readonly double[] sums = new double[standardizer.Planes * ZoneLayout.Count(standardizer.Zones)];
    private readonly double[] squares = new double[standardizer.Planes * ZoneLayout.Count(standardizer.Zones)];
    private readonly long[] counts = new long[ZoneLayout.Count(standardizer.Zones)];

    /// <summary>Adds a picture.</summary>
    /// <param name="planes">[planes, H, W].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public void Add(ReadOnlySpan<float> planes, int height, int width)
    {
        var layout = new ZoneLayout(standardizer.Zones, height, width);
        for (var k = 0; k < standardizer.Planes; k++)
        {
            var plane = planes.Slice(k * height * width, height * width);
            double scale = standardizer.Scale(k, plane);
            for (var y = 0; y < height; y++)
                for (int x = 0, end; x < width; x = end)
                {
                    end = layout.RunEnd(y, x);
                    var zone = layout.Zone(y, x);
                    var (sum, square) = Sums(plane.Slice(y * width + x, end - x));
                    sums[k * zones + zone] += scale * sum;
                    squares[k * zones + zone] += scale * scale * square;
                    if (k == 0)
                        counts[zone] += end - x;
                }
        }
    }

    /// <summary>[planes, zones]. A zone that no picture has, such as the inner one of narrow pictures, takes the constants of the nearest before it.</summary>
    /// <exception cref="BundleException">A plane is the same everywhere: there is nothing to standardise by.</exception>
    public PlaneConstants Constants()
    {
        var (mean, deviation) = (new double[sums.Length], new double[sums.Length]);
        for (var i = 0; i < sums.Length; i++)
        {
            var count = counts[i % zones];
            if (count == 0)
            {
                (mean[i], deviation[i]) = (mean[i - 1], deviation[i - 1]);
                continue;
            }
            mean[i] = sums[i] / count;
            deviation[i] = Math.Sqrt(Math.Max(0, squares[i] / count - mean[i] * mean[i]));
        }
        for (var k = 0; k < standardizer.Planes; k++)
        {
            // A zone of few pixels may happen to be constant where the plane is not.
            var usual = deviation.AsSpan(k * zones, zones).ToArray().Order().ElementAt(zones / 2);
            if (!(usual > 0 && double.IsFinite(usual)))
                throw new BundleException($"map constants: plane {k} of the normal pictures is the same everywhere; they cannot all be one colour");
            foreach (ref var d in deviation.AsSpan(k * zones, zones))
                d = Math.Max(d, 0.01 * usual);
        }
        return new PlaneConstants(mean, deviation);
    }

    /// <summary>In double precision throughout: of a network that has learnt next to nothing, probabilities differ in their sixth digit.</summary>
    private static (double Sum, double Square) Sums(ReadOnlySpan<float> values)
    {
        Vector<double> s = default, q = default;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            s += low + high;
            q += low * low + high * high;
        }
        double sum = Vector.Sum(s), square = Vector.Sum(q);
        for (; i < values.Length; i++)
            (sum, square) = (sum + values[i], square + (double)values[i] * values[i]);
        return (sum, square);
    }
}
