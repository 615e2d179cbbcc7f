using System.Runtime.InteropServices;
using Edge.Cameras;
using Edge.Runtime;

namespace Edge.Tests.Cameras;

public sealed class GenICamPixelsTests
{
    private readonly CapturedFrame frame = new();

    // Of each 2 x 2 square, the two letters of a name are its upper row; the lower row follows from there being two greens.
    [Theory]
    [InlineData(GenICamPixels.BayerRG8, "RG", "GB")]
    [InlineData(GenICamPixels.BayerGR8, "GR", "BG")]
    [InlineData(GenICamPixels.BayerGB8, "GB", "RG")]
    [InlineData(GenICamPixels.BayerBG8, "BG", "GR")]
    public void Copy_Mosaic_GivesTheColourThatWasThere(uint format, string upper, string lower)
    {
        // A scene of one colour: blue 200, green 90, red 30.
        const int size = 8;
        var data = new byte[size * size];
        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++)
                data[y * size + x] = (y % 2 == 0 ? upper : lower)[x % 2] switch { 'R' => 30, 'G' => 90, _ => 200 };

        Copy(data, format, size, size);

        Assert.Equal((3, 1), (frame.Channels, frame.BytesPerChannel));
        for (var y = 2; y < size - 2; y++)
            for (var x = 2; x < size - 2; x++)
                Assert.Equal([200, 90, 30], frame.Pixels.Slice((y * size + x) * 3, 3).ToArray());
    }

    [Fact]
    public void Copy_Rgb_BecomesBgr()
    {
        Copy([1, 2, 3, 4, 5, 6], GenICamPixels.Rgb8, 2, 1);
        Assert.Equal([3, 2, 1, 6, 5, 4], frame.Pixels.ToArray());
        Copy([1, 2, 3, 4, 5, 6], GenICamPixels.Bgr8, 2, 1);
        Assert.Equal([1, 2, 3, 4, 5, 6], frame.Pixels.ToArray());
    }

    [Theory]
    [InlineData(GenICamPixels.Mono10, 1023, 1023 * 64)]
    [InlineData(GenICamPixels.Mono12, 4095, 4095 * 16)]
    [InlineData(GenICamPixels.Mono16, 65535, 65535)]
    public void Copy_DeepGrey_UsesTheWholeRange(uint format, ushort white, ushort expected)
    {
        Copy(MemoryMarshal.AsBytes([(ushort)0, white]).ToArray(), format, 2, 1);

        Assert.Equal((1, 2), (frame.Channels, frame.BytesPerChannel));
        Assert.Equal([0, expected], MemoryMarshal.Cast<byte, ushort>(frame.Pixels).ToArray());
    }

    [Fact]
    public void Copy_PaddedRows_LeavesThePaddingOut()
    {
        Copy([1, 2, 99, 3, 4, 99], GenICamPixels.Mono8, 2, 2, padding: 1);
        Assert.Equal([1, 2, 3, 4], frame.Pixels.ToArray());
    }

    [Fact]
    public void Copy_OtherFormatOrTooFewBytes_Throws()
    {
        const uint mono12Packed = 0x010C0006;
        Assert.Contains("0x010C0006 is not read; set pixel_format to Mono8", Assert.Throws<DeviceException>(() => Copy(new byte[100], mono12Packed, 2, 2)).Message);
        Assert.Throws<DeviceException>(() => Copy(new byte[3], GenICamPixels.Mono8, 2, 2));
    }

    private void Copy(byte[] data, uint format, int width, int height, int padding = 0)
    {
        using var pixels = new GenICamPixels();
        pixels.Copy(data, format, width, height, padding, frame);
    }
}
