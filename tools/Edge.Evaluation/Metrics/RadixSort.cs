using System.Runtime.InteropServices;

namespace Edge.Evaluation.Metrics;

/// <summary>Ascending sort of many floats: least significant digit first, three digits of 11 bits, linear in the number of values.</summary>
internal static class RadixSort
{
    const int DigitBits = 11, Buckets = 1 << DigitBits, Passes = 3;

    /// <summary>Sorts in place; needs a second array of the same length while it runs. No NaN: the caller has refused them.</summary>
    public static void Sort(Span<float> values)
    {
        var keys = MemoryMarshal.Cast<float, uint>(values);
        var counts = new int[Passes * Buckets];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = ToKey(values[i]);
            keys[i] = key;
            for (var pass = 0; pass < Passes; pass++)
                counts[pass * Buckets + Digit(key, pass)]++;
        }

        Span<uint> from = keys, to = new uint[keys.Length];
        for (var pass = 0; pass < Passes; pass++)
        {
            var next = counts.AsSpan(pass * Buckets, Buckets);
            var start = 0;
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                var count = next[bucket];
                next[bucket] = start;
                start += count;
            }
            foreach (var key in from)
                to[next[Digit(key, pass)]++] = key;
            var swap = from;
            from = to;
            to = swap;
        }

        // Three passes leave the result in the second array; the way back turns keys into floats again.
        for (var i = 0; i < values.Length; i++)
            values[i] = FromKey(from[i]);
    }

    static int Digit(uint key, int pass) => (int)(key >> (pass * DigitBits)) & (Buckets - 1);

    // Order of the keys as unsigned numbers = order of the floats. Adding 0 turns -0 into +0, which compare equal and must not be told apart.
    static uint ToKey(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits;
    }

    static float FromKey(uint key) => BitConverter.UInt32BitsToSingle(key >> 31 == 0 ? ~key : key & 0x7FFF_FFFF);
}
