using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Imaging;

public class JpegScanTests
{
    public static TheoryData<int, int, int, bool, bool, int> Kinds()
    {
        var kinds = new TheoryData<int, int, int, bool, bool, int>();
        foreach (var sampling in (int[])[0x111111, 0x211111, 0x121111, 0x221111, 0x411111])
            foreach (var progressive in (bool[])[false, true])
                foreach (var restart in (int[])[0, 1, 5])
                    kinds.Add(3, sampling, restart, progressive, !progressive && restart == 0, 90);
        kinds.Add(1, 0x111111, 0, false, false, 75);
        kinds.Add(1, 0x111111, 3, true, true, 100);
        kinds.Add(3, 0x221111, 0, true, true, 100);
        kinds.Add(3, 0x221111, 0, true, false, 10);
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fault_GoodJpeg_IsNull(int channels, int sampling, int restart, bool progressive, bool optimised, int quality)
    {
        foreach (var (width, height) in ((int, int)[])[(64, 48), (67, 45), (1, 1), (8, 200), (301, 7)])
            Assert.Null(JpegScan.Fault(Encode(width, height, channels, sampling, restart, progressive, optimised, quality)));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 4)]
    [InlineData(true, 0)]
    public void Fault_PartOfTheScanZeroed_IsMostlyFound(bool progressive, int restart)
    {
        var whole = Encode(160, 120, 3, 0x221111, restart, progressive, false, 90);
        int found = 0, tried = 0;
        for (var at = 1200; at + 60 < whole.Length; at += 97, tried++)
        {
            var damaged = whole.ToArray();
            damaged.AsSpan(at, 60).Clear();
            found += JpegScan.Fault(damaged) is null ? 0 : 1;
        }
        Assert.True(tried > 50, $"{tried} were tried.");
        Assert.True(found >= 0.9 * tried, $"{found} of {tried} were found.");
    }

    [Fact]
    public void Fault_RandomDamage_NeverThrows()
    {
        var random = new Random(7);
        foreach (var progressive in (bool[])[false, true])
        {
            var whole = Encode(67, 45, 3, 0x221111, 3, progressive, false, 90);
            for (var n = 0; n < 3000; n++)
            {
                var damaged = whole.ToArray();
                for (var i = random.Next(1, 6); i > 0; i--)
                    damaged[random.Next(2, damaged.Length)] = (byte)random.Next(256);
                _ = JpegScan.Fault(n % 3 == 0 ? damaged.AsSpan(0, random.Next(2, damaged.Length)) : damaged);
            }
        }
    }

    [Fact]
    public void Decode_ScanDamaged_IsRefused()
    {
        var whole = Encode(160, 120, 1, 0x111111, 0, false, false, 90);
        whole.AsSpan(whole.Length / 2, 60).Clear();
        Assert.Contains("JPEG data is damaged", Assert.Throws<PictureException>(() => PictureFile.Decode(whole, "hit.jpg")).Message);
    }

    private static unsafe byte[] Encode(
        int width, int height, int channels, int sampling, int restart, bool progressive, bool optimised, int quality)
    {
        OpenCvLibrary.EnsureLoaded();
        var random = new Random(width);
        var pixels = new byte[width * height * channels];
        // Waves with noise, so that blocks hold few and many coefficients.
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(128 + 80 * Math.Sin(i / (9.0 + i % channels)) + (i / channels % width > width / 2 ? random.Next(-40, 40) : 0), 0, 255);
        fixed (byte* first = pixels)
        {
            using var mat = Mat.FromPixelData(height, width, MatType.CV_8UC(channels), (nint)first);
            // OpenCV's ImwriteFlags: quality 1, progressive 2, optimised tables 3, restart interval 4, sampling factors 7.
            Cv2.ImEncode(".jpg", mat, out var file, [1, quality, 2, progressive ? 1 : 0, 3, optimised ? 1 : 0, 4, restart, 7, sampling]);
            return file;
        }
    }
}
