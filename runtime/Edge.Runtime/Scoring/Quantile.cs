namespace Edge.Runtime.Scoring;

/// <summary>Quantiles of a finite set of values.</summary>
public static class Quantile
{
    /// <summary>The q-quantile, interpolated linearly between the two order statistics next to (n - 1) q.</summary>
    /// <param name="values">The values, one or more; sorted in place.</param>
    /// <param name="q">0 (the least) to 1 (the greatest).</param>
    /// <exception cref="ArgumentException">There is no value, or q is outside 0..1.</exception>
    public static double Of(Span<float> values, double q)
    {
        if (values.IsEmpty)
            throw new ArgumentException("a quantile of no values", nameof(values));
        if (!(q is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), q, "q must lie in 0..1");
        values.Sort();
        var position = q * (values.Length - 1);
        var low = (int)position;
        double below = values[low], above = values[Math.Min(low + 1, values.Length - 1)];
        return position == low ? below : below + (position - low) * (above - below);
    }

    /// <summary>The k-th smallest value, as sorting would find it at index k, at a fraction of its time (Hoare's Find).</summary>
    /// <param name="values">The values, more than k; their order changes.</param>
    /// <param name="k">From 0.</param>
    internal static float Select(Span<float> values, int k)
    {
        for (var (low, high) = (0, values.Length - 1); low < high;)
        {
            var pivot = values[k];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (pivot < values[j])
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    (i, j) = (i + 1, j - 1);
                }
            }
            if (j < k)
                low = i;
            if (k < i)
                high = j;
        }
        return values[k];
    }
}
