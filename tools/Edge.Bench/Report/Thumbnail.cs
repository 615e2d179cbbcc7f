using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Bench.Report;

/// <summary>Small JPEG pictures as data URIs, in the colours of <see cref="Overlay"/>.</summary>
internal static class Thumbnail
{
    const int LongestSide = 256, JpegQuality = 1, Quality = 80;

    /// <summary>The picture as it is.</summary>
    public static string Picture(in Frame picture)
    {
        var (width, height) = Size(picture.Width, picture.Height);
        return Encode(Overlay.Display(Overlay.Bgr(picture), picture.Width, picture.Height, width, height, 3), width, height);
    }

    /// <summary>A reconstruction.</summary>
    /// <param name="chw">[C, H, W] grey or RGB, -1 to 1; clipped beyond.</param>
    /// <param name="shape">Its shape.</param>
    public static string Reconstruction(ReadOnlySpan<float> chw, PictureShape shape)
    {
        var pixels = new byte[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            for (var i = 0; i < shape.Pixels; i++)
                pixels[i * shape.Channels + (shape.Channels - 1 - c)] = (byte)Math.Clamp(MathF.Round((chw[c * shape.Pixels + i] + 1) * 127.5f), 0, 255);
        return Picture(new Frame(pixels, shape.Width, shape.Height, shape.Channels));
    }

    /// <summary>The picture in grey under its anomaly map, with a cyan line around what the ground truth calls defective.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="map">[H, W] its anomaly map.</param>
    /// <param name="threshold">The map's value from which on a pixel is shown as strange.</param>
    /// <param name="mask">[H, W], not 0 = defective; null for a good picture.</param>
    public static string Heat(in Frame picture, ReadOnlySpan<float> map, double threshold, byte[]? mask)
    {
        var (width, height) = Size(picture.Width, picture.Height);
        var bgr = Overlay.Display(Overlay.Bgr(picture), picture.Width, picture.Height, width, height, 3);
        // A threshold of 0 is allowed, and then every pixel above 0 is above it.
        var levels = Overlay.Levels(map, Math.Max((float)threshold, 1e-30f));
        var heat = Overlay.Heat(bgr, Overlay.DisplayLevels(levels, picture.Width, picture.Height, width, height));
        if (mask is not null)
            Outline(heat, Overlay.DisplayLevels(mask, picture.Width, picture.Height, width, height), width, height);
        return Encode(heat, width, height);
    }

    // Two pixels wide and outside the mask, so that it covers nothing of a small defect.
    static void Outline(byte[] bgr, byte[] mask, int width, int height)
    {
        const int Thick = 2;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                if (mask[y * width + x] != 0)
                    continue;
                var left = Math.Max(x - Thick, 0);
                var across = Math.Min(x + Thick, width - 1) - left + 1;
                for (var row = Math.Max(y - Thick, 0); row <= Math.Min(y + Thick, height - 1); row++)
                    if (mask.AsSpan(row * width + left, across).ContainsAnyExcept((byte)0))
                    {
                        ((ReadOnlySpan<byte>)[255, 255, 0]).CopyTo(bgr.AsSpan(3 * (y * width + x)));
                        break;
                    }
            }
    }

    static (int Width, int Height) Size(int width, int height)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    static string Encode(byte[] bgr, int width, int height)
    {
        using var canvas = new Canvas(width, height);
        canvas.Paste(bgr, width, height, 0, 0);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(canvas.Encode(".jpg", [JpegQuality, Quality]))}";
    }
}
