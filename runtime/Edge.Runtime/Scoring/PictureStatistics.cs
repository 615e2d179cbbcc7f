using System.Numerics;
using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Brightness, contrast and sharpness of a picture, per channel, as the camera gave it: the statistics of the gate that need no network. All are
/// logarithms to the base 2, so that a range of them means the same for dark and bright pictures.
/// </summary>
internal static class PictureStatistics
{
    /// <summary>Statistics per channel.</summary>
    public const int PerChannel = 3;

    /// <summary>Pixels looked at, at most.</summary>
    private const int MostSamples = 1 << 14;

    /// <summary>Added before the logarithm: half a grey level of 256, so that black is far away and not at minus infinity.</summary>
    private const double Floor = 0.5 / 255;

    private static readonly string[] Kinds = ["brightness", "contrast", "sharpness"];
    private static readonly string[] Colours = [".blue", ".green", ".red"];

    /// <summary>Names of the statistics, in the order of <see cref="Measure"/>.</summary>
    /// <param name="channels">1 or 3.</param>
    public static IEnumerable<string> Names(int channels) =>
        channels == 1 ? Kinds : Colours.SelectMany(colour => Kinds.Select(kind => kind + colour));

    /// <summary>Measures a picture on a fixed grid of its pixels, in whatever format it is. Allocates nothing.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="channels">Channels of the bundle's pictures, 1 or 3. A colour frame of a grey bundle counts by its luma. A grey frame of a colour
    /// bundle counts three times.</param>
    /// <param name="counted">[H, W] of the frame, 0 where a pixel does not count; null where all count.</param>
    /// <param name="statistics">[channels * 3] receives log2(v + 0.5 / 255) of three shares of white: the mean, the standard deviation, and the
    /// root mean square difference of pixels two apart, across and down (Brenner's focus measure). White is that of the frame's significant bits.
    /// Beyond its last column and row a picture goes on as they are. A difference counts where both pixels do.</param>
    public static void Measure(in Frame frame, int channels, byte[]? counted, Span<float> statistics)
    {
        if (frame.BytesPerChannel == 1)
            Measure<byte>(frame, channels, counted, statistics);
        else
            Measure<ushort>(frame, channels, counted, statistics);
        GC.KeepAlive(frame.Owner);
    }

    private static void Measure<T>(in Frame frame, int channels, byte[]? counted, Span<float> statistics) where T : unmanaged, INumber<T>
    {
        // An odd step meets every phase of patterns that repeat every few pixels, such as a Bayer mosaic's.
        var step = (int)Math.Ceiling(Math.Sqrt((double)frame.Width * frame.Height / MostSamples)) | 1;
        var samples = Sum<T>(frame, channels, counted, step, statistics);
        // Where the grid meets nothing of a small region, every pixel is looked at.
        if (samples == 0 && step > 1)
            Sum<T>(frame, channels, counted, 1, statistics);
    }

    private static long Sum<T>(in Frame frame, int channels, byte[]? counted, int step, Span<float> statistics) where T : unmanaged, INumber<T>
    {
        double full = (1 << frame.SignificantBits) - 1;
        var (width, red) = (frame.Width, frame.Format is PixelFormat.Rgb8 or PixelFormat.Rgba8 ? 0 : 2);
        long samples = 0;
        for (var c = 0; c < channels; c++)
        {
            // Statistics are in the order blue, green, red.
            var value = new Reader<T>(frame.Channels, channels == 1, c == 1 ? 1 : c == 0 ? 2 - red : red, red);
            double sum = 0, squares = 0, detail = 0;
            samples = 0;
            long differences = 0;
            for (var y = 0; y < frame.Height; y += step)
            {
                var next = Math.Min(y + 2, frame.Height - 1);
                ReadOnlySpan<T> row = MemoryMarshal.Cast<byte, T>(frame.Row(y)), below = MemoryMarshal.Cast<byte, T>(frame.Row(next));
                for (var x = 0; x < width; x += step)
                {
                    if (counted is not null && counted[y * width + x] == 0)
                        continue;
                    var right = Math.Min(x + 2, width - 1);
                    var here = value.At(row, x);
                    sum += here;
                    squares += here * here;
                    samples++;
                    if (counted is null || counted[y * width + right] != 0)
                    {
                        var across = value.At(row, right) - here;
                        detail += across * across;
                        differences++;
                    }
                    if (counted is null || counted[next * width + x] != 0)
                    {
                        var down = value.At(below, x) - here;
                        detail += down * down;
                        differences++;
                    }
                }
            }
            var count = Math.Max(samples, 1);
            var mean = sum / count;
            statistics[c * PerChannel] = Log(mean / full);
            statistics[c * PerChannel + 1] = Log(Math.Sqrt(Math.Max(0, squares / count - mean * mean)) / full);
            statistics[c * PerChannel + 2] = Log(Math.Sqrt(detail / Math.Max(differences, 1)) / full);
        }
        return samples;
    }

    private static float Log(double share) => (float)Math.Log2(share + Floor);

    /// <summary>One value per pixel of a row: grey, one colour, or the luma of a colour frame.</summary>
    private readonly struct Reader<T>(int channels, bool luma, int colour, int red) where T : unmanaged, INumber<T>
    {
        public double At(ReadOnlySpan<T> row, int x)
        {
            if (channels == 1)
                return int.CreateTruncating(row[x]);
            var pixel = row.Slice(channels * x, 3);
            return luma
                ? 0.114 * int.CreateTruncating(pixel[2 - red]) + 0.587 * int.CreateTruncating(pixel[1]) + 0.299 * int.CreateTruncating(pixel[red])
                : int.CreateTruncating(pixel[colour]);
        }
    }
}
