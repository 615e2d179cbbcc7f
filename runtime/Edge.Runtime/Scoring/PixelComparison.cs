using System.Numerics;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>Comparison of a picture with its reconstruction, pixel by pixel.</summary>
internal static class PixelComparison
{
    /// <summary>D_p = the mean over the channels of |xhat - x|.</summary>
    /// <param name="reconstruction">[C, H, W] xhat.</param>
    /// <param name="picture">[C, H, W] x.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="map">[H, W] receives the result, 0 or more.</param>
    /// <exception cref="ArgumentException">A length does not fit the shape.</exception>
    public static void Compare(ReadOnlySpan<float> reconstruction, ReadOnlySpan<float> picture, PictureShape shape, Span<float> map)
    {
        if (reconstruction.Length != shape.Length || picture.Length != shape.Length || map.Length != shape.Pixels)
            throw new ArgumentException($"{reconstruction.Length} and {picture.Length} values and a map of {map.Length} do not fit {shape}");

        var share = 1f / shape.Channels;
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var c = i; c < picture.Length; c += map.Length)
                sum += Vector.Abs(new Vector<float>(reconstruction[c..]) - new Vector<float>(picture[c..]));
            (sum * new Vector<float>(share)).CopyTo(map[i..]);
        }
        for (; i < map.Length; i++)
        {
            var sum = 0f;
            for (var c = i; c < picture.Length; c += map.Length)
                sum += MathF.Abs(reconstruction[c] - picture[c]);
            map[i] = sum * share;
        }
    }
}
