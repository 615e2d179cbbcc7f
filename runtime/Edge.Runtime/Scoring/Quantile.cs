using System.Numerics;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Scoring;

/// <summary>Quantiles of a finite set of values.</summary>
internal static class Quantile
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
        return OfSorted<float>(values, q);
    }

    /// <summary>The q-quantile as <see cref="Of"/> gives it, of one value or more in ascending order.</summary>
    internal static double OfSorted<T>(ReadOnlySpan<T> ascending, double q) where T : struct, INumber<T>
    {
        var position = q * (ascending.Length - 1);
        var low = (int)position;
        double below = double.CreateChecked(ascending[low]), above = double.CreateChecked(ascending[Math.Min(low + 1, ascending.Length - 1)]);
        return position == low ? below : below + (position - low) * (above - below);
    }

    /// <summary>The q-quantile by nearest rank: a value that was seen, never one between two.</summary>
    /// <param name="ascending">One value or more, in ascending order.</param>
    /// <param name="q">0 (the least) to 1 (the greatest).</param>
    public static double NearestRank(ReadOnlySpan<double> ascending, double q) => ascending[Math.Max((int)Math.Ceiling(q * ascending.Length) - 1, 0)];

    /// <summary>The k-th smallest of values that are 0 or more, as sorting would find it at index k. Such floats are in the order of their bits,
    /// so that three counts of 11, 11 and 10 bits find it, and nothing is copied or moved (radix selection).</summary>
    /// <param name="values">The values, more than k.</param>
    /// <param name="k">From 0.</param>
    internal static float Select(ReadOnlySpan<float> values, int k)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        Span<int> counts = stackalloc int[1 << 11];
        foreach (var v in bits)
            counts[(int)(v >> 21)]++;
        var high = Bin(counts, ref k);

        counts.Clear();
        foreach (var v in bits)
            if (v >> 21 == high)
                counts[(int)(v >> 10 & 0x7ff)]++;
        high = high << 11 | Bin(counts, ref k);

        counts.Clear();
        foreach (var v in bits)
            if (v >> 10 == high)
                counts[(int)(v & 0x3ff)]++;
        return BitConverter.UInt32BitsToSingle(high << 10 | Bin(counts, ref k));

        static uint Bin(ReadOnlySpan<int> counts, ref int k)
        {
            var bin = 0;
            while (k >= counts[bin])
                k -= counts[bin++];
            return (uint)bin;
        }
    }
}
