using System.Numerics;
using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Brightness, contrast and sharpness of a picture, per channel, as the camera gave it: the statistics of the gate that need no network. All are logarithms to
/// the base 2, so that a range of them means the same for dark and bright pictures.
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

    /// <summary>Measures a picture on a fixed grid of its pixels. Allocates nothing.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="channels">Channels of the bundle's pictures, 1 or 3. A colour frame of a grey bundle counts by its luma, a grey frame three times in colour.</param>
    /// <param name="counted">[H, W] of the frame, 0 where a pixel does not count; null where all count.</param>
    /// <param name="statistics">[channels * 3] receives log2 of the mean, of the standard deviation, and of the root mean square difference of pixels two apart (Brenner's
    /// focus measure), each as a share of full scale.</param>
    public static void Measure(in Frame frame, int channels, byte[]? counted, Span<float> statistics)
    {
        if (frame.BytesPerChannel == 1)
            Measure<byte>(frame, channels, counted, statistics);
        else
            Measure<ushort>(frame, channels, counted, statistics);
    }

    private static void Measure<T>(in Frame frame, int channels, byte[]? counted, Span<float> statistics) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        // An odd step meets every phase of patterns that repeat every few pixels, such as a Bayer mosaic's.
        var step = (int)Math.Ceiling(Math.Sqrt((double)frame.Width * frame.Height / MostSamples)) | 1;
        var samples = Sum<T>(frame, channels, counted, step, statistics);
        // Where the grid meets nothing of a small region, every pixel is looked at.
        if (samples == 0 && step > 1)
            Sum<T>(frame, channels, counted, 1, statistics);
    }

    private static long Sum<T>(in Frame frame, int channels, byte[]? counted, int step, Span<float> statistics) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        double full = int.CreateTruncating(T.MaxValue);
        long samples = 0;
        for (var c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0, detail = 0;
            samples = 0;
            for (var y = 0; y < frame.Height; y += step)
            {
                var row = MemoryMarshal.Cast<byte, T>(frame.Row(y));
                var below = MemoryMarshal.Cast<byte, T>(frame.Row(Math.Min(y + 2, frame.Height - 1)));
                for (var x = 0; x < frame.Width; x += step)
                {
                    if (counted is not null && counted[y * frame.Width + x] == 0)
                        continue;
                    double here = Value(row, x, frame.Channels, channels, c);
                    var across = Value(row, Math.Min(x + 2, frame.Width - 1), frame.Channels, channels, c) - here;
                    var down = Value(below, x, frame.Channels, channels, c) - here;
                    sum += here;
                    squares += here * here;
                    detail += across * across + down * down;
                    samples++;
                }
            }
            var count = Math.Max(samples, 1);
            var mean = sum / count;
            statistics[c * PerChannel] = Log(mean / full);
            statistics[c * PerChannel + 1] = Log(Math.Sqrt(Math.Max(0, squares / count - mean * mean)) / full);
            statistics[c * PerChannel + 2] = Log(Math.Sqrt(detail / (2 * count)) / full);
        }
        return samples;
    }

    private static float Log(double share) => (float)Math.Log2(share + Floor);

    private static double Value<T>(ReadOnlySpan<T> row, int x, int channels, int wanted, int c) where T : unmanaged, INumber<T> => (channels, wanted) switch
    {
        (1, _) => int.CreateTruncating(row[x]),
        (_, 3) => int.CreateTruncating(row[3 * x + c]),
        _ => 0.114 * int.CreateTruncating(row[3 * x]) + 0.587 * int.CreateTruncating(row[3 * x + 1]) + 0.299 * int.CreateTruncating(row[3 * x + 2]),
    };
}
