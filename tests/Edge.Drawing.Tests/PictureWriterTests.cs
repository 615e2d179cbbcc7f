using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Drawing.Tests;

public sealed class PictureWriterTests
{
    [Fact]
    public void Encode_Frames_ComeBack()
    {
        var random = new Random(4);
        foreach (var (channels, bytes) in new[] { (1, 1), (3, 1), (1, 2), (3, 2) })
        {
            var pixels = new byte[20 * 10 * channels * bytes];
            random.NextBytes(pixels);

            using var png = PictureFile.Decode(PictureWriter.Encode(new Frame(pixels, 20, 10, channels, bytes), jpeg: false), "x.png");
            Assert.Equal((20, 10, channels, bytes), (png.Width, png.Height, png.Channels, png.BytesPerChannel));
            for (var y = 0; y < 10; y++)
                Assert.Equal(pixels[(y * 20 * channels * bytes)..((y + 1) * 20 * channels * bytes)], png.AsFrame().Row(y).ToArray());

            using var jpeg = PictureFile.Decode(PictureWriter.Encode(new Frame(pixels, 20, 10, channels, bytes), jpeg: true), "x.jpg");
            Assert.Equal((20, 10, channels, 1), (jpeg.Width, jpeg.Height, jpeg.Channels, jpeg.BytesPerChannel));
        }
    }

    [Fact]
    public void Encode_SixteenBitsAsJpeg_KeepsTheUpperEight()
    {
        var pixels = Enumerable.Repeat(new byte[] { 0x34, 0xA0 }, 64).SelectMany(v => v).ToArray();
        using var jpeg = PictureFile.Decode(PictureWriter.Encode(new Frame(pixels, 8, 8, 1, 2), jpeg: true), "x.jpg");
        Assert.All(jpeg.AsFrame().Row(3).ToArray(), value => Assert.InRange(value, 0x9F, 0xA1));
    }
}
