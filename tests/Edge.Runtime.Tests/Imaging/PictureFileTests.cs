using System.Buffers.Binary;
using Edge.Runtime.Imaging;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Imaging;

public class PictureFileTests
{
    private static readonly byte[] Noise = MakeNoise(64 * 48 * 3);

    [Theory]
    [InlineData(".png")]
    [InlineData(".bmp")]
    [InlineData(".tiff")]
    public void Decode_LosslessColour_KeepsEveryByte(string extension)
    {
        using DecodedPicture picture = PictureFile.Decode(TestPictures.Encode(extension, Noise, 64, 48, MatType.CV_8UC3), "noise");
        Assert.Equal((64, 48, 3, 1), (picture.Width, picture.Height, picture.Channels, picture.BytesPerChannel));
        Frame frame = picture.AsFrame();
        for (int y = 0; y < 48; y++) Assert.True(frame.Row(y).SequenceEqual(Noise.AsSpan(y * 192, 192)));
    }

    [Fact]
    public void Decode_Jpeg_GivesItsSize()
    {
        using DecodedPicture picture = PictureFile.Decode(TestPictures.Encode(".jpg", Noise, 64, 48, MatType.CV_8UC3), "noise");
        Assert.Equal((64, 48, 3, "JPEG"), (picture.Width, picture.Height, picture.Channels, picture.Format));
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".bmp")]
    [InlineData(".tiff")]
    public void Decode_CutOffAnywhere_IsRefused(string extension)
    {
        byte[] whole = TestPictures.Encode(extension, Noise, 64, 48, MatType.CV_8UC3);
        foreach (int length in (int[])[1, 3, 4, 7, 9, 20, 30, whole.Length / 4, whole.Length / 2, whole.Length - 200, whole.Length - 1])
        {
            // A TIFF may end in bytes that no tag points to; what it must not do is lose rows in silence.
            if (extension == ".tiff" && length == whole.Length - 1) continue;
            PictureException e = Assert.Throws<PictureException>(() => PictureFile.Decode(whole.AsSpan(0, length), "part.pic"));
            Assert.StartsWith("part.pic: ", e.Message);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decode_TiffWithItsDirectoryInFront_IsReadWholeAndRefusedCut(bool whole)
    {
        using var tiff = new MemoryStream();
        using var writer = new BinaryWriter(tiff);
        writer.Write("II*\0"u8);
        writer.Write(8);
        // Grey, 8 bit, 100 x 80, one uncompressed strip right after the directory.
        (short Tag, short Type, int Value)[] entries =
        [
            (256, 4, 100), (257, 4, 80), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 122), (277, 3, 1), (278, 4, 80), (279, 4, 8000),
        ];
        writer.Write((short)entries.Length);
        foreach ((short tag, short type, int value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(1);
            writer.Write(value);
        }
        writer.Write(0);
        byte[] file = [.. tiff.ToArray(), .. Noise[..8000]];
        if (!whole)
        {
            Assert.Throws<PictureException>(() => PictureFile.Decode(file.AsSpan(0, 4000), "cut.tif"));
            return;
        }
        using DecodedPicture picture = PictureFile.Decode(file, "whole.tif");
        Assert.True(picture.AsFrame().Row(79).SequenceEqual(Noise.AsSpan(7900, 100)));
    }

    [Fact]
    public void Decode_JpegWithBytesAfterItsEnd_IsRead()
    {
        byte[] padded = [.. TestPictures.Encode(".jpg", Noise, 64, 48, MatType.CV_8UC3), .. new byte[100]];
        using DecodedPicture picture = PictureFile.Decode(padded, "padded.jpg");
        Assert.Equal(64, picture.Width);
    }

    [Fact]
    public void Decode_DamagedPngData_IsRefused()
    {
        byte[] png = TestPictures.Encode(".png", Noise, 64, 48, MatType.CV_8UC3);
        png[png.Length / 2] ^= 0x55;
        Assert.Contains("damaged", Assert.Throws<PictureException>(() => PictureFile.Decode(png, "hit.png")).Message);
    }

    [Fact]
    public void Decode_Empty_SaysSo() => Assert.Contains("empty", Assert.Throws<PictureException>(() => PictureFile.Decode([], "none.png")).Message);

    [Fact]
    public void Read_TextNamedPng_SaysItIsNoPicture()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("notes.png");
        File.WriteAllText(path, "Meet at noon.");
        PictureException e = Assert.Throws<PictureException>(() => PictureFile.Read(path));
        Assert.Contains(path, e.Message);
        Assert.Contains("not a PNG", e.Message);
        Assert.Equal(2, e.ExitCode);
    }

    [Fact]
    public void Read_MissingFileOrFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", Assert.Throws<PictureException>(() => PictureFile.Read(folder.File("gone.png"))).Message);
        Assert.Contains("no such file", Assert.Throws<PictureException>(() => PictureFile.Read(folder.Path)).Message);
    }

    [Fact]
    public void Read_HugeFile_IsRefusedBeforeReading()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("huge.bmp");
        using (FileStream sparse = File.Create(path)) sparse.SetLength(PictureFile.MaxBytes + 1);
        Assert.Contains("MiB", Assert.Throws<PictureException>(() => PictureFile.Read(path)).Message);
    }

    [Theory]
    [InlineData(65_501, 1)]
    [InlineData(1, 65_501)]
    [InlineData(10_001, 10_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Decode_HeaderClaimsTooMuch_IsRefusedBeforeDecoding(int width, int height)
    {
        byte[] bomb = TestPictures.Png(width, height, 8, 0, [[0]]);
        Assert.Contains("megapixels", Assert.Throws<PictureException>(() => PictureFile.Decode(bomb, "bomb.png")).Message);
    }

    [Fact]
    public void Decode_HeaderClaimsNothing_IsRefused() =>
        Assert.Contains("0 x 5", Assert.Throws<PictureException>(() => PictureFile.Decode(TestPictures.Png(0, 5, 8, 0, [[0]]), "zero.png")).Message);

    [Theory]
    [InlineData(".png")]
    [InlineData(".tiff")]
    public void Decode_SixteenBit_StaysSixteenBit(string extension)
    {
        ushort[] values = [0, 1, 256, 32768, 777, 65535];
        using DecodedPicture picture = PictureFile.Decode(TestPictures.Encode(extension, values, 3, 2, MatType.CV_16UC1), "deep");
        Assert.Equal((1, 2), (picture.Channels, picture.BytesPerChannel));
        Assert.Equal(32768, BinaryPrimitives.ReadUInt16LittleEndian(picture.AsFrame().Row(1)));
        Assert.Equal(777, BinaryPrimitives.ReadUInt16LittleEndian(picture.AsFrame().Row(1)[2..]));
    }

    [Fact]
    public void Decode_Palette_BecomesBgr()
    {
        byte[] png = TestPictures.Png(2, 1, 8, 3, [[1, 0]], palette: [10, 20, 30, 200, 100, 50]);
        using DecodedPicture picture = PictureFile.Decode(png, "palette.png");
        Assert.Equal([50, 100, 200, 30, 20, 10], picture.AsFrame().Row(0).ToArray());
    }

    [Fact]
    public void Decode_OneBitGrey_BecomesBlackAndWhite()
    {
        using DecodedPicture picture = PictureFile.Decode(TestPictures.Png(3, 1, 1, 0, [[0b1010_0000]]), "bits.png");
        Assert.Equal([255, 0, 255], picture.AsFrame().Row(0).ToArray());
    }

    [Fact]
    public void Decode_OpaqueAlpha_IsDropped()
    {
        using DecodedPicture rgba = PictureFile.Decode(TestPictures.Png(2, 1, 8, 6, [[1, 2, 3, 255, 4, 5, 6, 255]]), "opaque.png");
        Assert.Equal([3, 2, 1, 6, 5, 4], rgba.AsFrame().Row(0).ToArray());
        byte[] deep = TestPictures.Png(1, 1, 16, 6, [[1, 0, 2, 0, 3, 0, 255, 255]]);
        using DecodedPicture rgba16 = PictureFile.Decode(deep, "opaque16.png");
        Assert.Equal((3, 2), (rgba16.Channels, rgba16.BytesPerChannel));
    }

    [Theory]
    [InlineData(8, new byte[] { 1, 2, 3, 255, 4, 5, 6, 254 })]
    [InlineData(16, new byte[] { 1, 0, 2, 0, 3, 0, 255, 255, 1, 0, 2, 0, 3, 0, 255, 254 })]
    public void Decode_Transparency_AsksToFlatten(int depth, byte[] row)
    {
        byte[] png = TestPictures.Png(2, 1, depth, 6, [row]);
        Assert.Contains("flatten it first", Assert.Throws<PictureException>(() => PictureFile.Decode(png, "glass.png")).Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20_000, 4)]
    [InlineData(4, 20_000)]
    public void Decode_ExtremeShape_IsRead(int width, int height)
    {
        var pixels = new byte[width * height];
        pixels[^1] = 200;
        using DecodedPicture picture = PictureFile.Decode(TestPictures.Encode(".png", pixels, width, height, MatType.CV_8UC1), "long.png");
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(200, picture.AsFrame().Row(height - 1)[^1]);
    }

    [Fact]
    public void Decode_ExifOrientation_IsIgnored()
    {
        byte[] jpeg = TestPictures.Encode(".jpg", Noise, 64, 48, MatType.CV_8UC3);
        // APP1 with one IFD entry: tag 0x0112, SHORT, 1 value, 6 (turn by 90 degrees).
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ];
        using DecodedPicture picture = PictureFile.Decode([.. jpeg[..2], .. exif, .. jpeg[2..]], "turned.jpg");
        Assert.Equal((64, 48), (picture.Width, picture.Height));
    }

    [Fact]
    public void AsFrame_AfterDispose_Throws()
    {
        DecodedPicture picture = PictureFile.Decode(TestPictures.Encode(".png", new byte[4], 2, 2, MatType.CV_8UC1), "gone");
        picture.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = picture.AsFrame(); });
    }

    private static byte[] MakeNoise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
