using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

/// <summary>
/// The expected values come from numpy: log2(v / full + 0.5 / 255) of the mean, of the standard deviation (division by n), and of the root mean
/// square of all differences of a pixel and the one two columns or two rows on, where the last column or row stands for what lies beyond. With a mask
/// both pixels of a difference count.
/// </summary>
public class PictureStatisticsTests
{
    private static readonly float[] ByColour =
        [-1.0568325f, -1.7181078f, -1.2592076f, -1.0471549f, -1.7561135f, -1.3298319f, -1.0255907f, -1.7846835f, -1.3580331f];

    private static readonly float[] OfLuma = [-1.0417684f, -2.4281311f, -1.9946976f];

    [Theory]
    [InlineData(PixelFormat.Bgr8)]
    [InlineData(PixelFormat.Rgb8)]
    [InlineData(PixelFormat.Bgra8)]
    [InlineData(PixelFormat.Rgba8)]
    [InlineData(PixelFormat.Bgr16)]
    public void Measure_EveryColourFormat_IsWhatNumpyGives(PixelFormat format)
    {
        var frame = new Frame(Arranged(Bytes(5, 10 * 12 * 3), format), 12, 10, format);

        AssertClose(ByColour, Measured(frame, 3));
        AssertClose(OfLuma, Measured(frame, 1));
    }

    [Fact]
    public void Measure_TwelveBits_CountsAsShareOfTheirFullScale()
    {
        var random = new Lcg(6);
        var values = new ushort[10 * 12];
        for (var i = 0; i < values.Length; i++)
            values[i] = (ushort)(random.Next() >> 12);
        float[] expected = [-0.85728786f, -1.8537758f, -1.4597464f];

        var twelve = new Frame(MemoryMarshal.AsBytes<ushort>(values), 12, 10, PixelFormat.Mono12);

        AssertClose(expected, Measured(twelve, 1));
        AssertClose(expected, Measured(twelve.ToPlain(), 1), 1e-4f);
    }

    [Fact]
    public void Measure_Mask_LeavesOutDifferencesToWhatDoesNotCount()
    {
        var pixels = Bytes(5, 10 * 12 * 3);
        byte[] counted = [.. Enumerable.Range(0, 10 * 12).Select(i => (byte)(i % 12 < 8 && !(i / 12 is > 3 and < 6 && i % 12 < 5) ? 1 : 0))];
        float[] expected = [-1.0213326f, -1.719152f, -1.1791694f];

        AssertClose(expected, Measured(new Frame(pixels, 12, 10, 3), 3, counted)[..3]);
        for (var i = 0; i < counted.Length; i++)
            if (counted[i] == 0)
                pixels.AsSpan(3 * i, 3).Fill(255);
        AssertClose(expected, Measured(new Frame(pixels, 12, 10, 3), 3, counted)[..3]);
    }

    [Fact]
    public void Measure_LargerPicture_TakesEveryThirdPixel()
    {
        // 200 x 150 pixels are 1.8 times the 16,384 that are looked at, and the step is the next odd number.
        var noise = Bytes(7, 200 * 150);
        byte[] pixels = [.. noise.Select((v, i) => (byte)((v / 4 + (i % 200 + i / 200) / 2) % 256))];

        AssertClose([-1.1126267f, -2.6132347f, -3.2463113f], Measured(new Frame(pixels, 200, 150, 1), 1));
    }

    private static byte[] Bytes(ulong seed, int count)
    {
        var random = new Lcg(seed);
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)(random.Next() >> 16);
        return bytes;
    }

    /// <summary>Blue, green and red put in a format's order. A byte times 257 is the same share of 16 bits.</summary>
    private static byte[] Arranged(byte[] bgr, PixelFormat format) => format switch
    {
        PixelFormat.Rgb8 => [.. bgr.Chunk(3).SelectMany(p => (byte[])[p[2], p[1], p[0]])],
        PixelFormat.Bgra8 => [.. bgr.Chunk(3).SelectMany(p => (byte[])[p[0], p[1], p[2], 255])],
        PixelFormat.Rgba8 => [.. bgr.Chunk(3).SelectMany(p => (byte[])[p[2], p[1], p[0], 255])],
        PixelFormat.Bgr16 => [.. bgr.SelectMany(v => (byte[])[v, v])],
        _ => bgr,
    };

    private static float[] Measured(in Frame frame, int channels, byte[]? counted = null)
    {
        var statistics = new float[3 * channels];
        PictureStatistics.Measure(frame, channels, counted, statistics);
        return statistics;
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance = 2e-6f)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
