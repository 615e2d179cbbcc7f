using System.Numerics.Tensors;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Diffusion;

namespace Edge.Bench.Cover;

/// <summary>
/// Paints defects that cover a given share of a picture. The place is one ragged region about a point near the middle, since beside a part
/// a blur would change nothing. The same picture, kind, share and seed give the same pixels to the bit.
/// </summary>
internal static class Covers
{
    /// <summary>How far a stain takes a value towards its tint: on average, and by how much more or less in its blotches.</summary>
    private const float Strength = 0.6f, Blotches = 0.2f;

    /// <summary>What a stain lets through, of blue, green and red.</summary>
    private static readonly float[] Rust = [0.15f, 0.45f, 0.8f];

    /// <summary>What a stain lets through in grey.</summary>
    private const float Dark = 0.3f;

    /// <summary>The least contrast of a foreign texture, as a share of the full scale; a plain picture's own would not show.</summary>
    private const float LeastContrast = 0.04f;

    private const ulong PlaceStream = 1, StartStream = 2, TextureStream = 3;

    /// <summary>A covered copy of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="kind">What covers it.</param>
    /// <param name="share">How much of it, above 0 and at most 1.</param>
    /// <param name="seed">Which place and which noise.</param>
    /// <returns>The picture in memory of its own, of the frame's size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public static Frame Paint(in Frame picture, Covering kind, double share, ulong seed)
    {
        var frame = picture.ToPlain();
        var (width, height, channels) = (frame.Width, frame.Height, frame.Channels);
        var (pixels, side) = (width * height, Math.Min(width, height));
        var full = frame.BytesPerChannel == 1 ? byte.MaxValue : ushort.MaxValue;
        var alpha = Softened(Place(width, height, share, seed), width, height);
        var values = Perturbations.Load(frame);
        var texture = SmoothNoise(width, height, kind == Covering.Stain ? side / 16.0 : side / 64.0, seed, TextureStream);
        for (var c = 0; c < channels; c++)
        {
            var plane = values.AsSpan(c * pixels, pixels);
            var cover = kind switch
            {
                Covering.Stain => Stained(plane, texture, channels == 1 ? Dark : Rust[c]),
                Covering.Foreign => Foreign(plane, texture, LeastContrast * full),
                _ => Smoothed(plane, width, height, side / 16.0),
            };
            for (var i = 0; i < pixels; i++)
                plane[i] += alpha[i] * (cover[i] - plane[i]);
        }
        return new Frame(Perturbations.Store(values, channels, frame.BytesPerChannel), width, height, channels, frame.BytesPerChannel);
    }

    /// <summary>One connected region of a share of a picture, to the pixel. It grows from a point in the middle half to where smooth noise is
    /// high.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="share">Above 0 and at most 1.</param>
    /// <param name="seed">Which place.</param>
    /// <returns>[H, W] whether a pixel lies in it; at least one does.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    internal static bool[] Place(int width, int height, double share, ulong seed)
    {
        if (!(share is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of a picture lies above 0 and is at most 1.");
        var place = new bool[width * height];
        var wanted = Math.Max(1, (int)Math.Round(share * place.Length));
        var side = Math.Min(width, height);
        var noise = SmoothNoise(width, height, side / 16.0, seed, PlaceStream);
        Span<float> start = stackalloc float[2];
        PhiloxNoise.FillUniform(start, seed, StartStream);
        var (left, top) = ((int)(width * (0.25 + 0.5 * start[0])), (int)(height * (0.25 + 0.5 * start[1])));

        var rim = new PriorityQueue<int, double>();
        var seen = new bool[place.Length];
        Reach(left, top);
        for (var count = 0; count < wanted; count++)
        {
            var at = rim.Dequeue();
            place[at] = true;
            var (x, y) = (at % width, at / width);
            Reach(x - 1, y);
            Reach(x + 1, y);
            Reach(x, y - 1);
            Reach(x, y + 1);
        }
        return place;

        void Reach(int x, int y)
        {
            if (x < 0 || y < 0 || x >= width || y >= height || seen[y * width + x])
                return;
            seen[y * width + x] = true;
            // The least comes first: near, and where the noise is high.
            rim.Enqueue(y * width + x, 8 * double.Hypot(x - left, y - top) / side - noise[y * width + x]);
        }
    }

    /// <summary>1 inside and 0 outside, with a rim that is no sharper than a lens would show it.</summary>
    private static float[] Softened(bool[] place, int width, int height) =>
        Smoothed([.. place.Select(inside => inside ? 1f : 0f)], width, height, Math.Min(width, height) / 128.0);

    private static float[] Stained(ReadOnlySpan<float> plane, float[] blotches, float tint)
    {
        var stained = new float[plane.Length];
        for (var i = 0; i < stained.Length; i++)
            stained[i] = plane[i] * (1 - Math.Clamp(Strength + Blotches * blotches[i], 0, 1) * (1 - tint));
        return stained;
    }

    private static float[] Foreign(ReadOnlySpan<float> plane, float[] texture, float least)
    {
        var (mean, contrast) = (TensorPrimitives.Average(plane), Math.Max(least, TensorPrimitives.StdDev(plane)));
        return [.. texture.Select(noise => mean + contrast * noise)];
    }

    /// <summary>[H, W] smooth noise with mean 0 and deviation 1.</summary>
    private static float[] SmoothNoise(int width, int height, double sigma, ulong seed, ulong stream)
    {
        var noise = new float[width * height];
        PhiloxNoise.Fill(noise, seed, stream);
        var smooth = Smoothed(noise, width, height, sigma);
        var (mean, deviation) = (TensorPrimitives.Average<float>(smooth), TensorPrimitives.StdDev<float>(smooth));
        return [.. smooth.Select(value => deviation > 0 ? (value - mean) / deviation : 0)];
    }

    private static float[] Smoothed(ReadOnlySpan<float> plane, int width, int height, double sigma)
    {
        var filter = new GaussianFilter(Math.Clamp(sigma, 0.5, GaussianFilter.MaxRadius / 3));
        var smooth = new float[plane.Length];
        filter.Apply(plane, smooth, new float[filter.ScratchLength(width)], width, height);
        return smooth;
    }
}
