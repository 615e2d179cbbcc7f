using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Edge.Runtime.Imaging;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Imaging;

/// <summary>The same pixels in the containers that people hand over: they read alike, or the file is refused by name.</summary>
public class ContainerTests
{
    private const int Width = 20, Height = 12;

    /// <summary>12-bit values, from black to white.</summary>
    private static readonly ushort[] Twelve = [.. Enumerable.Range(0, Width * Height).Select(i => (ushort)(i * 4095 / (Width * Height - 1)))];

    private static readonly byte[] Eight = [.. Twelve.Select(value => (byte)(value >> 4))];

    private static readonly byte[] Raw = MemoryMarshal.AsBytes<ushort>(Twelve).ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void Decode_TiffWithOrientation_DoesNotTurnPixels(int orientation)
    {
        Assert.Equal(Eight, Pixels(new TiffBytes(Width, Height, 8).With(274, orientation).Build(Eight)));
        Assert.Equal(Raw, Pixels(new TiffBytes(Width, Height, 16).With(274, orientation).Build(Raw)));
    }

    [Fact]
    public void Decode_TiffWhereWhiteIsZero_IsTurnedRound()
    {
        Assert.Equal(Eight, Pixels(new TiffBytes(Width, Height, 8).With(262, 0).Build([.. Eight.Select(value => (byte)(255 - value))])));
        ushort[] negative = [.. Twelve.Select(value => (ushort)(65535 - value))];
        Assert.Equal(Raw, Pixels(new TiffBytes(Width, Height, 16).With(262, 0).Build(MemoryMarshal.AsBytes<ushort>(negative).ToArray())));
        negative = [.. Twelve.Select(value => (ushort)(4095 - value))];
        var tiff = new TiffBytes(Width, Height, 16).With(262, 0).With(281, 4095).Build(MemoryMarshal.AsBytes<ushort>(negative).ToArray());
        Assert.Equal(Raw, Pixels(tiff));
        Assert.Equal(12, Bits(tiff));
    }

    [Fact]
    public void Decode_TiffWithAThumbnailInFront_IsRefused() => Refused(
        TiffBytes.Build((new TiffBytes(10, 6, 8).With(254, 1), [new byte[60]]), (new TiffBytes(Width, Height, 8), [Eight])), "thumbnail");

    [Fact]
    public void Decode_TiffOfTwoPages_IsRefused() => Refused(
        TiffBytes.Build((new TiffBytes(Width, Height, 8), [Eight]), (new TiffBytes(Width, Height, 8), [Eight])), "more than one page");

    [Fact]
    public void Decode_TiffWithSeparatePlanes_IsReadRightlyOrRefused()
    {
        Refused(new TiffBytes(Width, Height, 16, 3).With(284, 2).Build(Raw, Raw, Raw), "separate planes");
        byte[] dark = [.. Eight.Select(value => (byte)(value / 2))], darker = [.. Eight.Select(value => (byte)(value / 4))];
        var pixels = Pixels(new TiffBytes(Width, Height, 8, 3).With(284, 2).Build(Eight, dark, darker));
        for (var i = 0; i < Eight.Length; i++)
            Assert.Equal([darker[i], dark[i], Eight[i]], pixels.AsSpan(3 * i, 3).ToArray());
    }

    [Fact]
    public void Decode_BigTiff_IsRead() => Assert.Equal(Eight, Pixels(new TiffBytes(Width, Height, 8).BuildBig(Eight)));

    [Theory]
    [InlineData(12, 1, "12 bits")]
    [InlineData(16, 2, "signed")]
    [InlineData(32, 3, "floating-point")]
    public void Decode_TiffOfOtherNumbers_IsRefused(int bits, int format, string reason) =>
        Refused(new TiffBytes(Width, Height, bits).With(339, format).Build(new byte[Width * Height * 4]), reason);

    [Fact]
    public void Decode_DepthNotSaid_IsSixteenBits() => Assert.Equal(16, Bits(new TiffBytes(Width, Height, 16).Build(Raw)));

    [Fact]
    public void Decode_DepthAsked_Counts()
    {
        var tiff = new TiffBytes(Width, Height, 16).Build(Raw);
        using var picture = PictureFile.Decode(tiff, "asked.tif", 12);
        Assert.Equal(12, picture.SignificantBits);
        Assert.Contains("significant bits", Assert.Throws<PictureException>(() => PictureFile.Decode(tiff, "asked.tif", 11)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureFile.Decode(tiff, "asked.tif", 17));
    }

    [Theory]
    [InlineData(4095, 12)]
    [InlineData(65535, 16)]
    [InlineData(4090, 16)]
    public void Decode_MaxSampleValue_CountsWhereItIsASensorsWhite(int maximum, int bits) =>
        Assert.Equal(bits, Bits(new TiffBytes(Width, Height, 16).With(281, maximum).Build(Raw)));

    [Fact]
    public void Decode_SBit_MeansLowerBitsOrScaledValues()
    {
        Assert.Equal(12, Bits(Png(Twelve, 12)));
        // The PNG standard scales, by copying the upper bits below or with zeros.
        Assert.Equal(16, Bits(Png([.. Twelve.Select(value => (ushort)(value << 4 | value >> 8))], 12)));
        Assert.Equal(16, Bits(Png([.. Twelve.Select(value => (ushort)(value << 4))], 12)));
        // Dark, but scaled.
        Assert.Equal(16, Bits(Png([.. Twelve.Select(value => (ushort)(value / 64 << 4))], 12)));
    }

    [Theory]
    [InlineData(255, 8)]
    [InlineData(1023, 10)]
    [InlineData(4095, 12)]
    [InlineData(65535, 16)]
    public void Decode_Pgm_TakesItsWhite(int white, int bits)
    {
        ushort[] values = [.. Twelve.Select(value => (ushort)(value * (long)white / 4095))];
        var file = Pnm("P5", white, values);
        Assert.Equal(bits, Bits(file));
        Assert.Equal(white > 255 ? MemoryMarshal.AsBytes<ushort>(values).ToArray() : [.. values.Select(value => (byte)value)], Pixels(file));
    }

    [Fact]
    public void Decode_PgmWithAnOddWhite_IsStretched()
    {
        using var picture = PictureFile.Decode([.. "P5 3 1 100\n"u8, 0, 50, 100], "odd.pgm");
        Assert.Equal([0, 128, 255], picture.Pixels.ToArray());
    }

    [Fact]
    public void Decode_Ppm_BecomesBgr()
    {
        using var picture = PictureFile.Decode([.. "P6\n# red, then blue\n2 1\n255\n"u8, 255, 1, 2, 3, 4, 250], "two.ppm");
        Assert.Equal([2, 1, 255, 250, 4, 3], picture.Pixels.ToArray());
    }

    [Fact]
    public void Decode_PnmWithAFault_IsRefused()
    {
        Refused("P5 3 1 100\n\0\0"u8.ToArray(), "cut off");
        Refused([.. "P5 3 1 100\n"u8, 0, 101, 0], "more than its white");
        Refused([.. "P5 1 1 255\n"u8, 0, .. "P5 1 1 255\n"u8, 0], "more than one picture");
        Refused("P5 x 1 255\n\0"u8.ToArray(), "damaged");
        Refused("P2 1 1 255\n0\n"u8.ToArray(), "P2");
    }

    [Theory]
    [InlineData(0xFF0000u, 0xFF00u, 0xFFu, 0)]
    [InlineData(0xFF0000u, 0xFF00u, 0xFFu, 0xFF000000u)]
    public void Decode_BmpWithBitFields_HeedsItsMasks(uint red, uint green, uint blue, uint alpha)
    {
        using var picture = PictureFile.Decode(Bmp(red, green, blue, alpha, 10u << Shift(red) | 20u << Shift(green) | 30u << Shift(blue) | alpha), "fields.bmp");
        Assert.Equal([30, 20, 10], picture.Pixels.ToArray());
    }

    [Fact]
    public void Decode_BmpWithAlphaOrOddMasks_IsRefused()
    {
        Refused(Bmp(0xFF0000, 0xFF00, 0xFF, 0xFF000000, 0x01020304), "transparent");
        Refused(Bmp(0xFF, 0xFF00, 0xFF0000, 0, 0), "masks");
        Refused(Bmp(0x3FF00000, 0xFFC00, 0x3FF, 0, 0), "masks");
    }

    [Theory]
    [InlineData("RIFF\0\0\0\0WEBPVP8 ", "WebP")]
    [InlineData("GIF89a\0\0\0\0\0\0", "GIF")]
    [InlineData("%PDF-1.7\n\0\0\0", "PDF")]
    [InlineData("\0\0\0\x1C" + "ftypavif", "AVIF")]
    public void Decode_OtherFormat_IsNamed(string start, string format) => Refused(Encoding.Latin1.GetBytes(start), format + " is not read; save it as PNG");

    private static int Shift(uint mask) => System.Numerics.BitOperations.TrailingZeroCount(mask);

    private static byte[] Bmp(uint red, uint green, uint blue, uint alpha, uint pixel)
    {
        var size = alpha == 0 ? 40 : 56;
        var at = 14 + size + (alpha == 0 ? 12 : 0);
        var file = new byte[at + 4];
        "BM"u8.CopyTo(file);
        (int Offset, uint Value)[] fields =
        [
            (2, (uint)file.Length), (10, (uint)at), (14, (uint)size), (18, 1), (22, 1), (26, 1 | 32 << 16), (30, 3), (54, red), (58, green), (62, blue),
        ];
        foreach (var (offset, value) in fields)
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
        if (alpha != 0)
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(66), alpha);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), pixel);
        return file;
    }

    private static byte[] Pnm(string kind, int white, ushort[] values)
    {
        var head = Encoding.ASCII.GetBytes($"{kind}\n# a camera\n{Width} {Height}\n{white}\n");
        return [.. head, .. values.SelectMany(value => white > 255 ? (byte[])[(byte)(value >> 8), (byte)value] : [(byte)value])];
    }

    private static byte[] Png(ushort[] values, byte bits)
    {
        var rows = Enumerable.Range(0, Height).Select(y => values.Skip(y * Width).Take(Width).SelectMany(v => (byte[])[(byte)(v >> 8), (byte)v]).ToArray());
        return TestPictures.Png(Width, Height, 16, 0, [.. rows], significantBits: [bits]);
    }

    private static byte[] Pixels(byte[] file)
    {
        using var picture = PictureFile.Decode(file, "file");
        Assert.Equal(Width, picture.Width);
        return picture.Pixels.ToArray();
    }

    private static int Bits(byte[] file)
    {
        using var picture = PictureFile.Decode(file, "file");
        return picture.SignificantBits;
    }

    private static void Refused(byte[] file, string reason)
    {
        var message = Assert.Throws<PictureException>(() => PictureFile.Decode(file, "file")).Message;
        Assert.StartsWith("file: ", message);
        Assert.Contains(reason, message);
    }
}
