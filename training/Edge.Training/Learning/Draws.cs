using Edge.Runtime.Diffusion;

namespace Edge.Training.Learning;

/// <summary>A short sequence of random numbers that is a function of seed and stream alone.</summary>
internal struct Draws(ulong seed, ulong stream)
{
    private uint count;

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)((PhiloxNoise.UInt32(seed, stream, count++) * (ulong)bound) >> 32);

    /// <summary>A number from 0 to below 1.</summary>
    public double Unit() => PhiloxNoise.UInt32(seed, stream, count++) / 4294967296.0;

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
