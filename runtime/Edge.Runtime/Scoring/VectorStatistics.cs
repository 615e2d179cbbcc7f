using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Mean and covariance of the feature vectors of many pixels, accumulated in double precision. Statistics of parts add up, and a part can be
/// taken out again, so that a picture can be scored against all the others.
/// </summary>
/// <param name="dimensions">Length of a vector, 1 or more.</param>
public sealed class VectorStatistics(int dimensions)
{
    private const int Block = 256;

    private readonly double[] _sum = new double[dimensions];
    private readonly double[] _products = new double[dimensions * dimensions];
    private readonly double[] _block = new double[dimensions * Block];

    /// <summary>Length of a vector.</summary>
    public int Dimensions => dimensions;

    /// <summary>How many vectors have been added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the vectors of one picture.</summary>
    /// <param name="features">[K, H, W] one plane a feature.</param>
    /// <param name="mask">[H, W] 0 leaves a pixel out; empty leaves none out.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Add(ReadOnlySpan<float> features, ReadOnlySpan<byte> mask = default)
    {
        var pixels = features.Length / dimensions;
        if (features.Length != pixels * dimensions || (!mask.IsEmpty && mask.Length != pixels))
            throw new ArgumentException($"{features.Length} values and a mask of {mask.Length} do not make planes of {dimensions} features");

        Span<int> chosen = stackalloc int[Block];
        var n = 0;
        for (var i = 0; i < pixels; i++)
        {
            if (mask.IsEmpty || mask[i] != 0)
                chosen[n++] = i;
            if (n == Block || (i == pixels - 1 && n > 0))
            {
                AddBlock(features, pixels, chosen[..n]);
                n = 0;
            }
        }
    }

    /// <summary>Adds what another has accumulated.</summary>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public void Add(VectorStatistics other) => Accumulate(other, 1);

    /// <summary>Takes out what another has accumulated and what was added here before.</summary>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public void Subtract(VectorStatistics other) => Accumulate(other, -1);

    /// <summary>[K] the mean vector.</summary>
    /// <exception cref="BundleException">There are fewer than two vectors.</exception>
    public double[] Mean()
    {
        RequireVectors();
        return Array.ConvertAll(_sum, s => s / Count);
    }

    /// <summary>[K, K] the unbiased covariance matrix.</summary>
    /// <exception cref="BundleException">There are fewer than two vectors.</exception>
    public double[] Covariance()
    {
        RequireVectors();
        var covariance = new double[dimensions * dimensions];
        for (var i = 0; i < dimensions; i++)
            for (var j = 0; j <= i; j++)
                covariance[i * dimensions + j] = covariance[j * dimensions + i] =
                    (_products[i * dimensions + j] - _sum[i] * (_sum[j] / Count)) / (Count - 1);
        return covariance;
    }

    /// <summary>
    /// [K, K] the inverse of the covariance after shrinking it towards its own diagonal, (1 - s) C + s diag(C): the features' scales
    /// are kept, correlations too close to one are not trusted.
    /// </summary>
    /// <param name="shrinkage">s, 0 to 1.</param>
    /// <exception cref="BundleException">There are fewer than two vectors, or a feature does not vary.</exception>
    public double[] Precision(double shrinkage = 1e-3)
    {
        if (!(shrinkage is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(shrinkage), shrinkage, "the shrinkage must lie in 0..1");
        var covariance = Covariance();
        for (var i = 0; i < dimensions; i++)
        {
            if (!(covariance[i * dimensions + i] > 0))
                throw new BundleException($"map statistics: feature {i} does not vary over the normal pictures; leave it out or use other pictures");
            for (var j = 0; j < dimensions; j++)
                if (i != j)
                    covariance[i * dimensions + j] *= 1 - shrinkage;
        }
        var factor = Cholesky.Factor(covariance, dimensions)
            ?? throw new BundleException("map statistics: the features depend on one another linearly; raise the shrinkage or use more pictures");
        return Cholesky.Inverse(factor, dimensions);
    }

    private void AddBlock(ReadOnlySpan<float> features, int pixels, ReadOnlySpan<int> chosen)
    {
        Count += chosen.Length;
        for (var k = 0; k < dimensions; k++)
        {
            var plane = features.Slice(k * pixels, pixels);
            var row = _block.AsSpan(k * Block, Block);
            for (var i = 0; i < chosen.Length; i++)
                row[i] = plane[chosen[i]];
            row[chosen.Length..].Clear();
            var sum = Vector<double>.Zero;
            for (var i = 0; i < Block; i += Vector<double>.Count)
                sum += new Vector<double>(row[i..]);
            _sum[k] += Vector.Sum(sum);
            for (var j = 0; j <= k; j++)
                _products[k * dimensions + j] += Dot(row, _block.AsSpan(j * Block, Block));
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        for (var i = 0; i < Block; i += Vector<double>.Count)
            sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        return Vector.Sum(sum);
    }

    private void Accumulate(VectorStatistics other, int sign)
    {
        if (other.Dimensions != dimensions)
            throw new ArgumentException($"statistics of {other.Dimensions} features do not add to {dimensions}", nameof(other));
        Count += sign * other.Count;
        for (var i = 0; i < _sum.Length; i++)
            _sum[i] += sign * other._sum[i];
        for (var i = 0; i < _products.Length; i++)
            _products[i] += sign * other._products[i];
    }

    private void RequireVectors()
    {
        if (Count < 2)
            throw new BundleException($"map statistics: {Count} pixels of normal pictures are too few");
    }
}
