using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public class PictureTensorTests
{
    [Fact]
    public void Convert_EveryGreyByte_IsTheFormulaExactly()
    {
        // 257 wide and padded, so that both the vector loop and what it leaves over are met.
        byte[] pixels = [.. Enumerable.Range(0, 257).Select(v => (byte)v), 9, 9, 9];
        var chw = new float[257];
        PictureTensor.Convert(new Frame(pixels, 257, 1, 1, stride: 260), 1, chw);
        Assert.Equal((-1f, 1f), (chw[0], chw[255]));
        for (int v = 0; v < 256; v++) Assert.Equal(v / 127.5f - 1, chw[v]);
        Assert.Equal(-1f, chw[256]);
    }

    [Fact]
    public void Convert_SixteenBitGrey_SpansMinusOneToOne()
    {
        ushort[] values = [0, 65535, 32767, 32768, 1, 2, 3, 4, 65535, 0, 65534];
        var chw = new float[values.Length];
        PictureTensor.Convert(new Frame(MemoryMarshal.AsBytes<ushort>(values), values.Length, 1, 1, 2), 1, chw);
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i] / 32767.5 - 1, chw[i], 1e-6);
        Assert.Equal((-1f, 1f), (chw[0], chw[1]));
    }

    [Fact]
    public void Convert_Bgr_BecomesRgbPlanes()
    {
        byte[] pixels = [0, 51, 255, 255, 204, 0];
        var chw = new float[6];
        PictureTensor.Convert(new Frame(pixels, 2, 1, 3), 3, chw);
        float[] expected = [1, -1, -0.6f, 0.6f, -1, 1];
        for (int i = 0; i < 6; i++) Assert.Equal(expected[i], chw[i], 1e-6);
    }

    [Fact]
    public void Convert_SixteenBitBgr_BecomesRgbPlanes()
    {
        ushort[] pixels = [0, 13107, 65535];
        var chw = new float[3];
        PictureTensor.Convert(new Frame(MemoryMarshal.AsBytes<ushort>(pixels), 1, 1, 3, 2), 3, chw);
        Assert.Equal((1f, -1f), (chw[0], chw[2]));
        Assert.Equal(-0.6, chw[1], 1e-6);
    }

    [Fact]
    public void Convert_BgrToOneChannel_IsBt601Luma()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 77, 77, 77];
        var chw = new float[5];
        PictureTensor.Convert(new Frame(pixels, 5, 1, 3), 1, chw);
        double[] luma = [0.114, 0.587, 0.299, 1, 77 / 255.0];
        for (int i = 0; i < 5; i++) Assert.Equal(2 * luma[i] - 1, chw[i], 1e-6);
        Assert.Equal(1f, chw[3]);
    }

    [Fact]
    public void Convert_SixteenBitWhiteToOneChannel_IsOne()
    {
        var chw = new float[1];
        PictureTensor.Convert(new Frame(new byte[] { 255, 255, 255, 255, 255, 255 }, 1, 1, 3, 2), 1, chw);
        Assert.Equal(1f, chw[0]);
    }

    [Fact]
    public void Convert_GreyToThreeChannels_Repeats()
    {
        var chw = new float[12];
        PictureTensor.Convert(new Frame(new byte[] { 1, 2, 3, 4 }, 2, 2, 1), 3, chw);
        Assert.Equal(chw[..4], chw[4..8]);
        Assert.Equal(chw[..4], chw[8..]);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 5)]
    public void Convert_WrongTarget_Throws(int channels, int length) =>
        Assert.Throws<ArgumentException>(() => PictureTensor.Convert(new Frame(new byte[4], 2, 2, 1), channels, new float[length]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    public void Convert_SteadyState_AllocatesNothing(int frameChannels, int channels)
    {
        var pixels = new byte[32 * 32 * frameChannels];
        var chw = new float[32 * 32 * channels];
        PictureTensor.Convert(new Frame(pixels, 32, 32, frameChannels), channels, chw);
        var allocated = new AllocatedBytes();
        for (int i = 0; i < 10; i++) PictureTensor.Convert(new Frame(pixels, 32, 32, frameChannels), channels, chw);
        Assert.Equal(0, allocated.Count);
    }
}
