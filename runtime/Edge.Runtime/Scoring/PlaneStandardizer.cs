using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Planes differ in size by orders of magnitude, pictures in contrast, borders from the rest. Standardised with constants from held-out
/// normals they can be put together: z = (plane * scale - mean) / deviation, then one plane of all. Immutable: one may serve many threads.
/// </summary>
public sealed class PlaneStandardizer
{
    private readonly float[] shares;

    /// <param name="planes">How many planes a measurement has, 1 or more.</param>
    /// <param name="zones">Which pixels share constants.</param>
    /// <param name="relative">Whether a plane is divided by its own median over the picture, so that a picture of other contrast or sharpness
    /// is not strange everywhere; a defect is then what differs from its own surroundings.</param>
    /// <param name="aggregation">How planes are put together.</param>
    /// <param name="weights">[planes] for <see cref="MapAggregation.Weighted"/>, none negative, not all 0.</param>
    /// <param name="probabilities">So many of the last planes hold probabilities, which are never divided by their median.</param>
    /// <exception cref="BundleException">The weights do not fit.</exception>
    public PlaneStandardizer(int planes, PlaneZones zones, bool relative, MapAggregation aggregation, IReadOnlyList<double>? weights = null, int probabilities = 0)
    {
        (Planes, Probabilities, Zones, Relative, Aggregation) = (planes, probabilities, zones, relative, aggregation);
        shares = new float[planes];
        if (aggregation != MapAggregation.Weighted)
        {
            Array.Fill(shares, aggregation == MapAggregation.Max ? 1 : 1f / planes);
            return;
        }
        if (weights is null || weights.Count != planes || !weights.All(w => w >= 0 && double.IsFinite(w)) || !(weights.Sum() > 0))
            throw new BundleException($"map: weights [{string.Join(", ", weights ?? [])}] must be {planes}, none negative, not all 0");
        for (var k = 0; k < planes; k++)
            shares[k] = (float)(weights[k] / weights.Sum());
    }

    /// <summary>Planes of a measurement.</summary>
    public int Planes { get; }

    /// <summary>How many of the last planes hold probabilities.</summary>
    public int Probabilities { get; }

    /// <summary>Which pixels share constants.</summary>
    public PlaneZones Zones { get; }

    /// <summary>Whether planes are divided by their own median.</summary>
    public bool Relative { get; }

    /// <summary>How planes are put together.</summary>
    public MapAggregation Aggregation { get; }

    /// <summary>Standardises a measurement and makes one plane of it.</summary>
    /// <param name="planes">[planes, H, W], 0 or more.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="constants">Of normal pictures.</param>
    /// <param name="combined">[H, W] receives the plane, in standard deviations of normal pictures.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Apply(ReadOnlySpan<float> planes, int height, int width, PlaneConstants constants, Span<float> combined)
    {
        var (pixels, zones) = (height * width, ZoneLayout.Count(Zones));
        if (planes.Length != Planes * pixels || combined.Length != pixels || constants.Mean.Count != Planes * zones || constants.Deviation.Count != Planes * zones)
            throw new ArgumentException($"{planes.Length} and {combined.Length} values and {constants.Mean.Count} constants are not {Planes} planes of {width} x {height} in {zones} zones");

        var layout = new ZoneLayout(Zones, height, width);
        for (var k = 0; k < Planes; k++)
        {
            var plane = planes.Slice(k * pixels, pixels);
            var scale = Scale(k, plane);
            for (var y = 0; y < height; y++)
                for (int x = 0, end; x < width; x = end)
                {
                    end = layout.RunEnd(y, x);
                    var zone = k * zones + layout.Zone(y, x);
                    var factor = shares[k] / (float)constants.Deviation[zone];
                    var at = y * width + x;
                    Accumulate(plane.Slice(at, end - x), scale * factor, -(float)constants.Mean[zone] * factor, k == 0, combined.Slice(at, end - x));
                }
        }
    }

    /// <summary>What a plane is multiplied by: 1, or one over its median. Probabilities, and a plane that is 0 nearly everywhere, stay as they are.</summary>
    internal float Scale(int k, ReadOnlySpan<float> plane)
    {
        if (!Relative || k >= Planes - Probabilities)
            return 1;
        var median = Quantile.Select(plane, plane.Length / 2);
        return median > 1e-30f ? 1 / median : 1;
    }

    private void Accumulate(ReadOnlySpan<float> plane, float factor, float offset, bool first, Span<float> combined)
    {
        var max = Aggregation == MapAggregation.Max;
        var i = 0;
        for (; i <= plane.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var z = new Vector<float>(plane[i..]) * new Vector<float>(factor) + new Vector<float>(offset);
            var soFar = new Vector<float>(combined[i..]);
            (first ? z : max ? Vector.Max(soFar, z) : soFar + z).CopyTo(combined[i..]);
        }
        for (; i < plane.Length; i++)
        {
            var z = plane[i] * factor + offset;
            combined[i] = first ? z : max ? MathF.Max(combined[i], z) : combined[i] + z;
        }
    }
}
