using System.Numerics;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Imaging;

/// <summary>How bright, sharp, rich in contrast and noisy a picture is, as the camera gave it: what a lamp, an aperture, dirt, a lens out of focus or
/// a sensor's gain changes.</summary>
/// <param name="Brightness">Mean luma (Rec. 601), 0 to 1 of the full scale of 8 or 16 bits.</param>
/// <param name="Sharpness">Root mean square difference of pixels two apart, across and down, over the mean luma; 0 or more. This is Brenner's
/// focus measure (Brenner et al., J. Histochem. Cytochem. 24, 1976; best of its kind under noise in Santos et al., J. Microscopy 188, 1997)
/// divided by the brightness, so that more or less light of the same kind does not change it.</param>
internal readonly record struct PictureLight(double Brightness, double Sharpness)
{
    /// <summary>Pixels looked at, at most; more would not say more. 1 megapixel takes about 0.3 ms in grey, 0.6 in colour.</summary>
    private const int MostSamples = 1 << 14;

    /// <summary>Standard deviation of the luma, 0 to 0.5 of the full scale.</summary>
    public double Contrast { get; init; }

    /// <summary>Standard deviation of white noise that would explain the finest detail, as a share of the full scale; 0 or more. The mean absolute
    /// answer of the mask 1 -2 1, -2 4 -2, 1 -2 1, scaled for normal noise (Immerkaer, Computer Vision and Image Understanding 64, 1996).
    /// The mask is blind to lines across and down; a texture's own detail counts as noise.</summary>
    public double Noise { get; init; }

    /// <summary>Measures a picture on a fixed grid of its pixels. Allocates only where <see cref="Frame.ToPlain"/> copies.</summary>
    public static PictureLight Of(in Frame frame)
    {
        var plain = frame.ToPlain();
        return plain.BytesPerChannel == 1 ? Measure<byte>(plain) : Measure<ushort>(plain);
    }

    private static PictureLight Measure<T>(in Frame frame) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        // An odd step meets every phase of patterns that repeat every few pixels, such as a Bayer mosaic's.
        var step = (int)Math.Ceiling(Math.Sqrt((double)frame.Width * frame.Height / MostSamples)) | 1;
        var (channels, right, bottom) = (frame.Channels, frame.Width - 1, frame.Height - 1);
        long sum = 0, levels = 0, squares = 0, samples = 0, detail = 0, inner = 0;
        for (var y = 0; y < frame.Height; y += step)
        {
            var row = MemoryMarshal.Cast<byte, T>(frame.Row(y));
            var above = MemoryMarshal.Cast<byte, T>(frame.Row(Math.Max(y - 1, 0)));
            var below = MemoryMarshal.Cast<byte, T>(frame.Row(Math.Min(y + 1, bottom)));
            var second = MemoryMarshal.Cast<byte, T>(frame.Row(Math.Min(y + 2, bottom)));
            for (var x = 0; x < frame.Width; x += step)
            {
                long here = Luma(row, x, channels), across = Luma(row, Math.Min(x + 2, right), channels) - here, down = Luma(second, x, channels) - here;
                sum += here;
                levels += here * here;
                squares += across * across + down * down;
                samples++;
                if (x == 0 || x == right || y == 0 || y == bottom)
                    continue;
                detail += Math.Abs(Bend(above, x, channels) - 2 * Bend(row, x, channels) + Bend(below, x, channels));
                inner++;
            }
        }
        var (mean, full) = ((double)sum / samples, (double)int.CreateTruncating(T.MaxValue));
        return new PictureLight(mean / full, sum == 0 ? 0 : Math.Sqrt(squares / (2.0 * samples)) / mean)
        {
            Contrast = Math.Sqrt(Math.Max(0, (double)levels / samples - mean * mean)) / full,
            // The mask's weights have a sum of squares of 36, and a normal variable's mean absolute value is sqrt(2 / pi) of its deviation.
            Noise = inner == 0 ? 0 : Math.Sqrt(Math.PI / 2) / 6 * detail / inner / full,
        };
    }

    private static int Bend<T>(ReadOnlySpan<T> row, int x, int channels) where T : unmanaged, INumber<T> =>
        Luma(row, x - 1, channels) - 2 * Luma(row, x, channels) + Luma(row, x + 1, channels);

    private static int Luma<T>(ReadOnlySpan<T> row, int x, int channels) where T : unmanaged, INumber<T> => channels == 1
        ? int.CreateTruncating(row[x])
        : (29 * int.CreateTruncating(row[3 * x]) + 150 * int.CreateTruncating(row[3 * x + 1]) + 77 * int.CreateTruncating(row[3 * x + 2])) >> 8;
}
