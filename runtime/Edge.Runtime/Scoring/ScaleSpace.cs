using System.Numerics;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Looks for a defect at several widths, since a scratch shows in a narrow window and a stain in a wide one: the plane is smoothed at each
/// width, narrow to wide (Lindeberg's scale space), every smoothing is standardised by what normals have there, and a pixel takes the largest.
/// What already exceeds the normals' limit at one width is taken out before the next, so that a strong scratch does not light up a wide
/// window around it. Immutable: one may serve many threads.
/// </summary>
public sealed class ScaleSpace
{
    /// <summary>The quantile of normal pixels that is the limit of a width.</summary>
    public const double LimitQuantile = 0.99999;

    private readonly CoarseGaussian[] filters;
    private readonly bool bothSides;
    private readonly bool takeOut;

    /// <param name="widths">Standard deviations of the Gaussians in pixels, ascending, each above 0.</param>
    /// <param name="bothSides">Whether a value far below the normals' mean is as strange as one far above: |z| instead of z.</param>
    /// <param name="takeOut">Whether what exceeds the limit of a width is taken out before the next.</param>
    /// <exception cref="BundleException">There is no width, they are not ascending, or one is outside its range.</exception>
    public ScaleSpace(IReadOnlyList<double> widths, bool bothSides = false, bool takeOut = true)
    {
        if (widths.Count == 0 || widths.Any(w => !(w > 0 && w <= GaussianFilter.MaxRadius / 3.0)) || widths.Zip(widths.Skip(1)).Any(w => w.First >= w.Second))
            throw new BundleException($"map: widths [{string.Join(", ", widths)}] must be one or more, ascending, each above 0 and at most {GaussianFilter.MaxRadius / 3} pixels");
        (this.bothSides, this.takeOut) = (bothSides, takeOut);
        filters = [.. widths.Select(w => new CoarseGaussian(w))];
    }

    /// <summary>How many widths there are.</summary>
    public int Count => filters.Length;

    /// <summary>How many values of scratch <see cref="Apply"/> needs.</summary>
    public int ScratchLength(int height, int width)
    {
        var most = 0;
        foreach (var filter in filters)
            most = Math.Max(most, filter.ScratchLength(height, width));
        return height * width + most;
    }

    /// <summary>Makes the map.</summary>
    /// <param name="plane">[H, W] in standard deviations; overwritten.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="constants">[widths] of normal pictures.</param>
    /// <param name="scratch">Working memory, <see cref="ScratchLength"/> values or more.</param>
    /// <param name="map">[H, W] receives the map, above 0: z where the largest z is 1 or more, exp(z - 1) below. On both sides |z| takes the place of z.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Apply(Span<float> plane, int height, int width, ReadOnlySpan<WidthConstants> constants, Span<float> scratch, Span<float> map)
    {
        if (plane.Length != height * width || map.Length != plane.Length || constants.Length != Count)
            throw new ArgumentException($"{plane.Length} and {map.Length} values and {constants.Length} constants are not planes of {width} x {height} at {Count} widths");
        var smooth = scratch[..plane.Length];
        for (var w = 0; w < Count; w++)
        {
            filters[w].Apply(plane, smooth, scratch[plane.Length..], width, height);
            Collect(smooth, constants[w], w == 0, bothSides, map);
            if (takeOut && w < Count - 1)
                TakeOut(smooth, constants[w].Limit, plane);
        }
        Soften(map);
    }

    /// <summary>exp(z - 1) for every z below 1. The last values go through the same arithmetic on vectors as the others.</summary>
    private static void Soften(Span<float> map)
    {
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            Soft(new Vector<float>(map[i..])).CopyTo(map[i..]);
        Span<float> last = stackalloc float[Vector<float>.Count];
        map[i..].CopyTo(last);
        Soft(new Vector<float>(last)).CopyTo(last);
        last[..(map.Length - i)].CopyTo(map[i..]);

        static Vector<float> Soft(Vector<float> z) => Vector.ConditionalSelect(Vector.LessThan(z, Vector<float>.One), Vector.Exp(z - Vector<float>.One), z);
    }

    /// <summary>Measures the constants of every width, narrow to wide, each after what the narrower ones take out.</summary>
    /// <param name="count">How many normal pictures there are.</param>
    /// <param name="picture">Gives the plane of one, with height and width; asked for several times, free to overwrite, and longer than the picture if it likes.</param>
    public WidthConstants[] Fit(int count, Func<int, (float[] Plane, int Height, int Width)> picture)
    {
        var constants = new WidthConstants[Count];
        float[] scratch = [], smooth = [];
        for (var last = 0; last < Count; last++)
        {
            double sum = 0, squares = 0;
            long pixels = 0;
            var sample = new PixelSample(count);
            for (var i = 0; i < count; i++)
            {
                var (plane, height, width) = picture(i);
                var length = height * width;
                if (smooth.Length < length || scratch.Length < ScratchLength(height, width))
                    (smooth, scratch) = (new float[length], new float[ScratchLength(height, width)]);
                var part = smooth.AsSpan(0, length);
                for (var w = 0; w <= last; w++)
                {
                    filters[w].Apply(plane.AsSpan(0, length), part, scratch, width, height);
                    if (takeOut && w < last)
                        TakeOut(part, constants[w].Limit, plane.AsSpan(0, length));
                }
                foreach (var v in part)
                    (sum, squares) = (sum + v, squares + (double)v * v);
                pixels += length;
                sample.Add(i, part);
            }
            var mean = sum / pixels;
            var deviation = Math.Sqrt(Math.Max(0, squares / pixels - mean * mean));
            if (!(deviation > 0 && double.IsFinite(deviation)))
                throw new BundleException("map constants: the normal pictures are the same everywhere; they cannot all be one colour");
            constants[last] = new WidthConstants((float)mean, (float)deviation, (float)Quantile.Of(sample.Values, LimitQuantile));
        }
        return constants;
    }

    private static void Collect(ReadOnlySpan<float> smooth, WidthConstants constants, bool first, bool bothSides, Span<float> map)
    {
        var factor = 1 / constants.Deviation;
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var z = (new Vector<float>(smooth[i..]) - new Vector<float>(constants.Mean)) * new Vector<float>(factor);
            if (bothSides)
                z = Vector.Abs(z);
            (first ? z : Vector.Max(z, new Vector<float>(map[i..]))).CopyTo(map[i..]);
        }
        for (; i < map.Length; i++)
        {
            var z = (smooth[i] - constants.Mean) * factor;
            if (bothSides)
                z = MathF.Abs(z);
            map[i] = first ? z : MathF.Max(z, map[i]);
        }
    }

    private static void TakeOut(ReadOnlySpan<float> smooth, float limit, Span<float> plane)
    {
        var most = new Vector<float>(limit);
        var i = 0;
        for (; i <= plane.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var stays = Vector.LessThanOrEqual(new Vector<float>(smooth[i..]), most);
            Vector.ConditionalSelect(stays, new Vector<float>(plane[i..]), Vector<float>.Zero).CopyTo(plane[i..]);
        }
        for (; i < plane.Length; i++)
            if (!(smooth[i] <= limit))
                plane[i] = 0;
    }
}
