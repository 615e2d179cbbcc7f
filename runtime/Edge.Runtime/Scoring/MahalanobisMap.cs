using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Scoring;

/// <summary>
/// How far a pixel's feature vector lies from those of normal pictures, in their own standard deviations:
/// d = sqrt((v - mean)^T P (v - mean)) (Mahalanobis 1936). Immutable: one may serve many threads.
/// </summary>
public sealed class MahalanobisMap
{
    /// <summary>The most features a pixel may have.</summary>
    public const int MaxDimensions = 64;

    private readonly float[] _mean;

    // Row j holds column j of L from the diagonal down, P = L L^T, so that d^2 is the sum over j of (row j . centred vector)^2.
    private readonly float[] _rows;

    /// <summary>The map of a mean and a precision matrix, from <see cref="VectorStatistics"/> or from a bundle.</summary>
    /// <param name="mean">[K] mean vector of the normal pictures' pixels, K at most <see cref="MaxDimensions"/>.</param>
    /// <param name="precision">[K, K] inverse covariance, symmetric and positive definite.</param>
    /// <exception cref="BundleException">The lengths do not fit, or the matrix is not symmetric and positive definite.</exception>
    public MahalanobisMap(ReadOnlySpan<double> mean, ReadOnlySpan<double> precision)
    {
        var n = mean.Length;
        if (n is < 1 or > MaxDimensions || precision.Length != n * n)
            throw new BundleException(
                $"map constants: a mean of {n} and a precision of {precision.Length} values do not fit; 1..{MaxDimensions} and its square do");
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                if (!(Math.Abs(precision[i * n + j] - precision[j * n + i]) <= 1e-6 * Math.Sqrt(precision[i * n + i] * precision[j * n + j])))
                    throw new BundleException($"map constants: the precision is not symmetric at row {i}, column {j}");
        var l = Cholesky.Factor(precision, n) ?? throw new BundleException("map constants: the precision is not positive definite");

        _mean = new float[n];
        _rows = new float[n * (n + 1) / 2];
        var at = 0;
        for (var j = 0; j < n; j++)
        {
            _mean[j] = (float)mean[j];
            for (var i = j; i < n; i++)
                _rows[at++] = (float)l[i * n + j];
        }
    }

    /// <summary>Length of a feature vector.</summary>
    public int Dimensions => _mean.Length;

    /// <summary>The distance of every pixel.</summary>
    /// <param name="features">[K, H, W] one plane a feature.</param>
    /// <param name="map">[H, W] receives the distances, 0 or more.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Apply(ReadOnlySpan<float> features, Span<float> map)
    {
        var n = _mean.Length;
        if (features.Length != n * map.Length)
            throw new ArgumentException($"{features.Length} values are not {n} planes of {map.Length} pixels", nameof(features));

        // Four vectors of pixels at a time: their centred features stay in the first-level cache while every row of L passes over them.
        // Measured at 256 x 256 on one busy core, eight lanes: 0.45 ms for 10 features, 3 ms for 25.
        var block = 4 * Vector<float>.Count;
        Span<float> centred = stackalloc float[n * block];
        Span<float> distances = stackalloc float[block];
        for (var start = 0; start < map.Length; start += block)
        {
            var length = Math.Min(block, map.Length - start);
            for (var k = 0; k < n; k++)
            {
                var row = centred.Slice(k * block, block);
                row[length..].Clear();
                Centre(features.Slice(k * map.Length + start, length), _mean[k], row);
            }
            Distances(centred, distances);
            distances[..length].CopyTo(map[start..]);
        }
    }

    private static void Centre(ReadOnlySpan<float> plane, float mean, Span<float> centred)
    {
        var i = 0;
        for (; i <= plane.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(plane[i..]) - new Vector<float>(mean)).CopyTo(centred[i..]);
        for (; i < plane.Length; i++)
            centred[i] = plane[i] - mean;
    }

    private void Distances(ReadOnlySpan<float> centred, Span<float> distances)
    {
        var lanes = Vector<float>.Count;
        ref var row = ref MemoryMarshal.GetArrayDataReference(_rows);
        ref var c = ref MemoryMarshal.GetReference(centred);
        Vector<float> d0 = default, d1 = default, d2 = default, d3 = default;
        for (var j = 0; j < _mean.Length; j++)
        {
            Vector<float> y0 = default, y1 = default, y2 = default, y3 = default;
            ref var v = ref Unsafe.Add(ref c, j * 4 * lanes);
            for (var i = j; i < _mean.Length; i++)
            {
                var weight = new Vector<float>(row);
                y0 = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v), y0);
                y1 = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)lanes), y1);
                y2 = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)(2 * lanes)), y2);
                y3 = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)(3 * lanes)), y3);
                v = ref Unsafe.Add(ref v, 4 * lanes);
                row = ref Unsafe.Add(ref row, 1);
            }
            d0 = Vector.FusedMultiplyAdd(y0, y0, d0);
            d1 = Vector.FusedMultiplyAdd(y1, y1, d1);
            d2 = Vector.FusedMultiplyAdd(y2, y2, d2);
            d3 = Vector.FusedMultiplyAdd(y3, y3, d3);
        }
        Vector.SquareRoot(d0).CopyTo(distances);
        Vector.SquareRoot(d1).CopyTo(distances[lanes..]);
        Vector.SquareRoot(d2).CopyTo(distances[(2 * lanes)..]);
        Vector.SquareRoot(d3).CopyTo(distances[(3 * lanes)..]);
    }
}
