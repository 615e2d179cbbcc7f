using System.Runtime.InteropServices;

namespace Edge.Runtime.Scoring;

/// <summary>Pixels of many pictures, evenly spread over all of them and two million at most, to take quantiles of.</summary>
/// <param name="pictures">How many pictures there are.</param>
internal sealed class PixelSample(int pictures)
{
    private const int Most = 2_000_000;

    private readonly List<float> values = [];

    /// <summary>What was taken; free to sort.</summary>
    public Span<float> Values => CollectionsMarshal.AsSpan(values);

    /// <summary>Takes pixels of a picture.</summary>
    /// <param name="picture">Its number, from 0.</param>
    /// <param name="pixels">All its pixels.</param>
    public void Add(int picture, ReadOnlySpan<float> pixels)
    {
        var step = Math.Max(1, (int)((long)pixels.Length * pictures / Most));
        for (var k = picture % step; k < pixels.Length; k += step)
            values.Add(pixels[k]);
    }
}
