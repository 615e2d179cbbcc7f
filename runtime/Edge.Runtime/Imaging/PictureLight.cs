using System.Numerics;
using System.Runtime.InteropServices;

namespace Edge.Runtime.Imaging;

/// <summary>How bright and how sharp a picture is, as the camera gave it: what a lamp, an aperture, dirt or a lens out of focus changes.</summary>
/// <param name="Brightness">Mean luma (Rec. 601), 0 to 1 of the full scale of 8 or 16 bits.</param>
/// <param name="Sharpness">Root mean square difference of pixels two apart, across and down, over the mean luma; 0 or more. This is Brenner's
/// focus measure (Brenner et al., J. Histochem. Cytochem. 24, 1976; best of its kind under noise in Santos et al., J. Microscopy 188, 1997)
/// divided by the brightness, so that more or less light of the same kind does not change it.</param>
public readonly record struct PictureLight(double Brightness, double Sharpness)
{
    /// <summary>Pixels looked at, at most; more would not say more. 1 megapixel takes about 0.1 ms.</summary>
    private const int MostSamples = 1 << 14;

    /// <summary>Measures a picture on a fixed grid of its pixels. Allocates nothing.</summary>
    public static PictureLight Of(in Frame frame) => frame.BytesPerChannel == 1 ? Measure<byte>(frame) : Measure<ushort>(frame);

    private static PictureLight Measure<T>(in Frame frame) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        // An odd step meets every phase of patterns that repeat every few pixels, such as a Bayer mosaic's.
        var step = (int)Math.Ceiling(Math.Sqrt((double)frame.Width * frame.Height / MostSamples)) | 1;
        var (channels, right, bottom) = (frame.Channels, frame.Width - 1, frame.Height - 1);
        long sum = 0, squares = 0, samples = 0;
        for (var y = 0; y < frame.Height; y += step)
        {
            var row = MemoryMarshal.Cast<byte, T>(frame.Row(y));
            var below = MemoryMarshal.Cast<byte, T>(frame.Row(Math.Min(y + 2, bottom)));
            for (var x = 0; x < frame.Width; x += step)
            {
                long here = Luma(row, x, channels), across = Luma(row, Math.Min(x + 2, right), channels) - here, down = Luma(below, x, channels) - here;
                sum += here;
                squares += across * across + down * down;
                samples++;
            }
        }
        var mean = (double)sum / samples;
        return new PictureLight(mean / int.CreateTruncating(T.MaxValue), sum == 0 ? 0 : Math.Sqrt(squares / (2.0 * samples)) / mean);
    }

    private static int Luma<T>(ReadOnlySpan<T> row, int x, int channels) where T : unmanaged, INumber<T> => channels == 1
        ? int.CreateTruncating(row[x])
        : (29 * int.CreateTruncating(row[3 * x]) + 150 * int.CreateTruncating(row[3 * x + 1]) + 77 * int.CreateTruncating(row[3 * x + 2])) >> 8;
}
