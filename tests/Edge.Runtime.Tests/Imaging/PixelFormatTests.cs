using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Imaging;

public class PixelFormatTests
{
    [Theory]
    [InlineData(PixelFormat.Bgr8, 1)]
    [InlineData(PixelFormat.Bgr8, 3)]
    [InlineData(PixelFormat.Rgb8, 1)]
    [InlineData(PixelFormat.Rgb8, 3)]
    [InlineData(PixelFormat.Bgra8, 1)]
    [InlineData(PixelFormat.Bgra8, 3)]
    [InlineData(PixelFormat.Rgba8, 1)]
    [InlineData(PixelFormat.Rgba8, 3)]
    public void Convert_ColourInAnyOrder_IsTheSame(PixelFormat format, int channels)
    {
        const int width = 5, height = 3, padding = 7;
        var random = new Random(3);
        var bgr = new byte[width * height * 3];
        random.NextBytes(bgr);
        var size = format is PixelFormat.Bgra8 or PixelFormat.Rgba8 ? 4 : 3;
        var redFirst = format is PixelFormat.Rgb8 or PixelFormat.Rgba8;
        var stride = width * size + padding;
        var pixels = new byte[height * stride];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++)
                    pixels[y * stride + x * size + c] = bgr[(y * width + x) * 3 + (redFirst ? 2 - c : c)];
                if (size == 4)
                    pixels[y * stride + x * size + 3] = 255;
            }
        float[] expected = new float[channels * width * height], actual = new float[expected.Length];
        PictureTensor.Convert(new Frame(bgr, width, height, 3), channels, expected);
        var frame = new Frame(pixels, width, height, format, stride);
        PictureTensor.Convert(frame, channels, actual);
        Assert.Equal(expected, actual);
        for (var y = 0; y < height; y++)
            Assert.Equal(bgr.AsSpan(y * width * 3, width * 3).ToArray(), frame.ToPlain().Row(y).ToArray());
    }

    [Theory]
    [InlineData(PixelFormat.Mono10, 1023)]
    [InlineData(PixelFormat.Mono12, 4095)]
    [InlineData(PixelFormat.Mono16, 65535)]
    public void Convert_MoreThanEightBits_ScalesByItsWhite(PixelFormat format, int white)
    {
        ushort[] values = [0, (ushort)white, (ushort)(white / 3), (ushort)(white / 3 * 2)];
        var frame = new Frame(MemoryMarshal.AsBytes<ushort>(values), 4, 1, format);
        var tensor = new float[4];
        PictureTensor.Convert(frame, 1, tensor);
        Assert.Equal((-1f, 1f), (tensor[0], tensor[1]));
        Assert.Equal(-1 / 3f, tensor[2], 5);
        Assert.Equal(1 / 3f, tensor[3], 5);
        Assert.Equal([0, 65535, 21845, 43690], MemoryMarshal.Cast<byte, ushort>(frame.ToPlain().Pixels).ToArray());
    }

    [Fact]
    public void Convert_ValueAboveTheSignificantBits_IsRefused()
    {
        ushort[] values = [0, 4096];
        var tensor = new float[2];
        Assert.Contains("12 significant bits", Assert.Throws<PictureException>(
            () => PictureTensor.Convert(new Frame(MemoryMarshal.AsBytes<ushort>(values), 2, 1, PixelFormat.Mono12), 1, tensor)).Message);
        Assert.Throws<PictureException>(() => { _ = new Frame(MemoryMarshal.AsBytes<ushort>(values), 2, 1, PixelFormat.Mono12).ToPlain(); });
    }

    [Fact]
    public void Convert_Transparent_IsRefused()
    {
        var tensor = new float[1];
        Assert.Contains("transparent", Assert.Throws<PictureException>(
            () => PictureTensor.Convert(new Frame([1, 2, 3, 254], 1, 1, PixelFormat.Bgra8), 1, tensor)).Message);
        Assert.Throws<PictureException>(() => { _ = new Frame([1, 2, 3, 254], 1, 1, PixelFormat.Rgba8).ToPlain(); });
    }

    [Fact]
    public void Frame_SignificantBitsThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => { _ = new Frame([1], 1, 1, PixelFormat.Mono8, significantBits: 9); });
        Assert.Throws<ArgumentException>(() => { _ = new Frame([1, 1], 1, 1, PixelFormat.Mono16, significantBits: 7); });
        Assert.Throws<ArgumentException>(() => { _ = new Frame([1, 1], 1, 1, (PixelFormat)99); });
    }

    [Fact]
    public unsafe void FromPointer_WithAnOwner_KeepsIt()
    {
        byte* memory = stackalloc byte[16];
        memory[8] = 42;
        var owner = new object();
        var frame = Frame.FromPointer((nint)memory, 3, 2, PixelFormat.Mono8, 8, owner: owner);
        Assert.Equal(42, frame.Row(1)[0]);
        Assert.Same(owner, frame.Owner);
        Assert.Throws<ArgumentException>(() => { _ = Frame.FromPointer(0, 3, 2, PixelFormat.Mono8); });
    }

    [Fact]
    public void AsFrame_PictureNotReachable_ShowsItsPixelsStill()
    {
        using var folder = new TemporaryFolder();
        const int side = 512;
        string[] paths = [folder.File("0.png"), folder.File("1.png")];
        for (var i = 0; i < 2; i++)
            File.WriteAllBytes(paths[i], TestPictures.Encode(".png", Enumerable.Repeat((byte)(100 + i), side * side).ToArray(), side, side, MatType.CV_8UC1));
        for (var n = 0; n < 20; n++)
        {
            var frame = Orphan(paths[0]);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            for (var i = 0; i < 3; i++)
                using (PictureFile.Read(paths[1]))
                {
                }
            Assert.False(frame.Pixels.ContainsAnyExcept((byte)100));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Frame Orphan(string path) => PictureFile.Read(path).AsFrame();
}
