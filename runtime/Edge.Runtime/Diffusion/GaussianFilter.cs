using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Diffusion;

/// <summary>
/// Gaussian smoothing of one plane, borders reflected about the outermost pixel (dcb|abcd|cba), also where the plane is smaller than the
/// kernel. The truncated kernel is applied as it is, without recursion or decimation. Immutable: one filter may serve many threads.
/// </summary>
public sealed class GaussianFilter
{
    /// <summary>The largest radius, in pixels.</summary>
    public const int MaxRadius = 512;

    private const int Rows = 4;

    // The kernel with Rows - 1 zeros on either side, so that one loop serves four rows whose windows are shifted against one another.
    private readonly float[] _taps;

    /// <summary>A filter of the given width.</summary>
    /// <param name="sigma">Standard deviation in pixels, above 0.</param>
    /// <param name="radius">Taps on either side of the centre, 0 to <see cref="MaxRadius"/>; left out, three sigma rounded up (the rest weighs 0.3 %).</param>
    /// <exception cref="ArgumentOutOfRangeException">sigma or radius is outside its range.</exception>
    public GaussianFilter(double sigma, int? radius = null)
    {
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "sigma must be above 0");
        var taps = radius ?? (int)Math.Min(Math.Ceiling(3 * sigma), MaxRadius + 1);
        if (taps is < 0 or > MaxRadius)
            throw new ArgumentOutOfRangeException(nameof(radius), taps, $"the radius must lie in 0..{MaxRadius} pixels");

        Sigma = sigma;
        var weights = new double[taps + 1];
        for (var i = 0; i <= taps; i++)
            weights[i] = Math.Exp(-0.5 * i * i / (sigma * sigma));
        var sum = 2 * weights.Sum() - weights[0];
        Radius = taps;
        _taps = new float[2 * taps + 1 + 2 * (Rows - 1)];
        for (var i = -taps; i <= taps; i++)
            _taps[Rows - 1 + taps + i] = (float)(weights[Math.Abs(i)] / sum);
    }

    /// <summary>Standard deviation in pixels.</summary>
    public double Sigma { get; }

    /// <summary>Taps on either side of the centre.</summary>
    public int Radius { get; }

    /// <summary>How many values of scratch <see cref="Apply"/> needs for planes of this width.</summary>
    public int ScratchLength(int width) => Rows * (width + 2 * Radius);

    /// <summary>Smooths one plane.</summary>
    /// <param name="source">[H, W] the plane.</param>
    /// <param name="destination">[H, W] receives the result; may not overlap <paramref name="source"/>.</param>
    /// <param name="scratch">Working memory, <see cref="ScratchLength"/> values or more.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, Span<float> scratch, int width, int height)
    {
        if (width < 1 || height < 1 || source.Length != width * height || destination.Length != source.Length)
            throw new ArgumentException($"source ({source.Length} values) and destination ({destination.Length}) must be {width} x {height}");
        if (scratch.Length < ScratchLength(width))
            throw new ArgumentException($"scratch has {scratch.Length} values, {ScratchLength(width)} are needed", nameof(scratch));
        if (source.Overlaps(destination))
            throw new ArgumentException("source and destination may not overlap", nameof(destination));

        // Four rows at a time: the vertical pass loads a row once for all four and leaves them in the scratch, where the horizontal pass
        // reads them from the first-level cache; there is no intermediate plane. Row by row, rows that lie a power of two apart evict one
        // another. Measured at 256 x 256 on one busy core, eight lanes: 0.06 ms at sigma 1,
        // 0.2 at 4, 0.6 to 0.8 at 16; tap by tap through whole rows it was twice that.
        Span<int> offsets = stackalloc int[2 * Radius + Rows];
        var stride = width + 2 * Radius;
        for (var y = 0; y < height; y += Rows)
        {
            for (var i = 0; i < offsets.Length; i++)
                offsets[i] = Reflect(y - Radius + i, height) * width;
            Vertical(source, offsets, scratch[Radius..], stride, width);
            for (var j = 0; j < Math.Min(Rows, height - y); j++)
            {
                var line = scratch.Slice(j * stride, stride);
                for (var i = 1; i <= Radius; i++)
                {
                    line[Radius - i] = line[Radius + Reflect(-i, width)];
                    line[Radius + width - 1 + i] = line[Radius + Reflect(width - 1 + i, width)];
                }
                Horizontal(line, destination.Slice((y + j) * width, width));
            }
        }
    }

    /// <summary>Four rows of vertical sums; row j of the result starts at j times the stride.</summary>
    private void Vertical(ReadOnlySpan<float> source, ReadOnlySpan<int> offsets, Span<float> result, int stride, int width)
    {
        var lanes = Vector<float>.Count;
        ref var s = ref MemoryMarshal.GetReference(source);
        ref var r = ref MemoryMarshal.GetReference(result);
        ref var taps = ref MemoryMarshal.GetArrayDataReference(_taps);
        var x = 0;
        for (; x <= width - 2 * lanes; x += 2 * lanes)
        {
            Vector<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var i = 0; i < offsets.Length; i++)
            {
                ref var row = ref Unsafe.Add(ref s, offsets[i] + x);
                var v0 = Vector.LoadUnsafe(ref row);
                var v1 = Vector.LoadUnsafe(ref row, (nuint)lanes);
                ref var tap = ref Unsafe.Add(ref taps, i);
                Vector<float> a = new(Unsafe.Add(ref tap, 3)), b = new(Unsafe.Add(ref tap, 2)), c = new(Unsafe.Add(ref tap, 1)), d = new(tap);
                a0 = Vector.FusedMultiplyAdd(a, v0, a0);
                a1 = Vector.FusedMultiplyAdd(a, v1, a1);
                b0 = Vector.FusedMultiplyAdd(b, v0, b0);
                b1 = Vector.FusedMultiplyAdd(b, v1, b1);
                c0 = Vector.FusedMultiplyAdd(c, v0, c0);
                c1 = Vector.FusedMultiplyAdd(c, v1, c1);
                d0 = Vector.FusedMultiplyAdd(d, v0, d0);
                d1 = Vector.FusedMultiplyAdd(d, v1, d1);
            }
            Store(a0, a1, ref Unsafe.Add(ref r, x), lanes);
            Store(b0, b1, ref Unsafe.Add(ref r, stride + x), lanes);
            Store(c0, c1, ref Unsafe.Add(ref r, 2 * stride + x), lanes);
            Store(d0, d1, ref Unsafe.Add(ref r, 3 * stride + x), lanes);
        }
        for (; x < width; x++)
            for (var j = 0; j < Rows; j++)
            {
                var sum = 0f;
                for (var i = 0; i < offsets.Length; i++)
                    sum = MathF.FusedMultiplyAdd(_taps[i + 3 - j], source[offsets[i] + x], sum);
                result[j * stride + x] = sum;
            }

        static void Store(Vector<float> first, Vector<float> second, ref float at, int lanes)
        {
            first.StoreUnsafe(ref at);
            second.StoreUnsafe(ref at, (nuint)lanes);
        }
    }

    /// <summary>One row of horizontal sums of a line that is 2 * Radius longer.</summary>
    private void Horizontal(ReadOnlySpan<float> line, Span<float> result)
    {
        var lanes = Vector<float>.Count;
        var taps = _taps.AsSpan(Rows - 1, 2 * Radius + 1);
        ref var s = ref MemoryMarshal.GetReference(line);
        ref var r = ref MemoryMarshal.GetReference(result);
        var x = 0;
        for (; x <= result.Length - 4 * lanes; x += 4 * lanes)
        {
            Vector<float> a = default, b = default, c = default, d = default;
            ref var at = ref Unsafe.Add(ref s, x);
            for (var i = 0; i < taps.Length; i++)
            {
                var tap = new Vector<float>(taps[i]);
                a = Vector.FusedMultiplyAdd(tap, Vector.LoadUnsafe(ref at), a);
                b = Vector.FusedMultiplyAdd(tap, Vector.LoadUnsafe(ref at, (nuint)lanes), b);
                c = Vector.FusedMultiplyAdd(tap, Vector.LoadUnsafe(ref at, (nuint)(2 * lanes)), c);
                d = Vector.FusedMultiplyAdd(tap, Vector.LoadUnsafe(ref at, (nuint)(3 * lanes)), d);
                at = ref Unsafe.Add(ref at, 1);
            }
            a.StoreUnsafe(ref r, (nuint)x);
            b.StoreUnsafe(ref r, (nuint)(x + lanes));
            c.StoreUnsafe(ref r, (nuint)(x + 2 * lanes));
            d.StoreUnsafe(ref r, (nuint)(x + 3 * lanes));
        }
        for (; x < result.Length; x++)
        {
            var sum = 0f;
            for (var i = 0; i < taps.Length; i++)
                sum = MathF.FusedMultiplyAdd(taps[i], line[x + i], sum);
            result[x] = sum;
        }
    }

    private static int Reflect(int i, int length)
    {
        if ((uint)i < (uint)length)
            return i;
        if (length == 1)
            return 0;
        var period = 2 * (length - 1);
        i = Math.Abs(i) % period;
        return i < length ? i : period - i;
    }
}
