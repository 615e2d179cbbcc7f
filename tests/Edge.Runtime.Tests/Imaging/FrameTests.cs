using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public class FrameTests
{
    [Theory]
    [InlineData(0, 2, 1, 1, 0)]
    [InlineData(2, 0, 1, 1, 0)]
    [InlineData(2, 2, 2, 1, 0)]
    [InlineData(2, 2, 1, 3, 0)]
    [InlineData(2, 2, 1, 1, 1)]
    [InlineData(4, 4, 3, 1, 0)]
    public void Constructor_ContradictingNumbers_Throws(int width, int height, int channels, int bytes, int stride) =>
        Assert.Throws<ArgumentException>(() => { _ = new Frame(new byte[16], width, height, channels, bytes, stride); });

    [Fact]
    public void Row_PaddedRows_LeavesPaddingOut()
    {
        byte[] pixels = [1, 2, 3, 99, 4, 5, 6];
        var frame = new Frame(pixels, 3, 2, 1, stride: 4);
        Assert.Equal([4, 5, 6], frame.Row(1).ToArray());
    }
}
