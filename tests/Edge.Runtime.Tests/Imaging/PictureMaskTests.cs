using System.Drawing;
using Edge.Runtime.Imaging;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Imaging;

public class PictureMaskTests
{
    [Fact]
    public void Read_ColouredPixels_AreInside()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mask.png");
        File.WriteAllBytes(path, TestPictures.Png(3, 2, 8, 2, [[0, 0, 0, 0, 1, 0, 255, 255, 255], [0, 0, 9, 0, 0, 0, 0, 0, 0]]));
        Assert.Equal([0, 1, 1, 1, 0, 0], PictureMask.Read(path, 3, 2));
    }

    [Fact]
    public void Read_AnotherSizeOrJpeg_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string png = folder.File("mask.png"), jpeg = folder.File("mask.jpg");
        File.WriteAllBytes(png, TestPictures.Encode(".png", new byte[6], 3, 2, MatType.CV_8UC1));
        File.WriteAllBytes(jpeg, TestPictures.Encode(".jpg", new byte[6], 3, 2, MatType.CV_8UC1));
        Assert.Contains("3 x 2", Assert.Throws<PictureException>(() => PictureMask.Read(png, 2, 3)).Message);
        Assert.Contains("PNG", Assert.Throws<PictureException>(() => PictureMask.Read(jpeg, 3, 2)).Message);
    }

    [Fact]
    public void FromRectangles_Overlapping_AreFilled() =>
        Assert.Equal([1, 1, 0, 0, 1, 1], PictureMask.FromRectangles([new Rectangle(0, 0, 2, 1), new Rectangle(1, 0, 1, 2), new Rectangle(2, 1, 1, 1)], 3, 2));

    [Theory]
    [InlineData(-1, 0, 2, 2)]
    [InlineData(0, 0, 4, 1)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(2, 1, int.MaxValue, 1)]
    public void FromRectangles_OutsideOrEmpty_IsRefused(int x, int y, int width, int height) =>
        Assert.Throws<PictureException>(() => PictureMask.FromRectangles([new Rectangle(x, y, width, height)], 3, 2));
}
