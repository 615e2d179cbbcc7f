namespace Edge.Runtime.Scoring;

/// <summary>Factoring and inverting small symmetric positive definite matrices, row-major.</summary>
internal static class Cholesky
{
    /// <summary>The lower triangular L with A = L L^T; null where A is not positive definite.</summary>
    public static double[]? Factor(ReadOnlySpan<double> a, int n)
    {
        var l = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i * n + j];
                for (var k = 0; k < j; k++)
                    sum -= l[i * n + k] * l[j * n + k];
                if (i != j)
                    l[i * n + j] = sum / l[j * n + j];
                // A pivot that is only rounding error left over from the diagonal counts as zero.
                else if (sum > 1e-14 * a[i * n + i])
                    l[i * n + i] = Math.Sqrt(sum);
                else
                    return null;
            }
        return l;
    }

    /// <summary>The inverse of A = L L^T.</summary>
    public static double[] Inverse(ReadOnlySpan<double> l, int n)
    {
        var m = new double[n * n];
        for (var column = 0; column < n; column++)
            for (var i = column; i < n; i++)
            {
                var sum = i == column ? 1.0 : 0.0;
                for (var k = column; k < i; k++)
                    sum -= l[i * n + k] * m[k * n + column];
                m[i * n + column] = sum / l[i * n + i];
            }

        var inverse = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var k = i; k < n; k++)
                    sum += m[k * n + i] * m[k * n + j];
                inverse[i * n + j] = inverse[j * n + i] = sum;
            }
        return inverse;
    }
}
