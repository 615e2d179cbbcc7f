using Edge.Runtime;
using Edge.Drawing.Charts;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Drawing.Tests.Charts;

public class ContactSheetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Write_Pictures_StandWhereTheyBelong(int channels)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("sheet.png");
        var shape = new PictureShape(channels, 2, 2);
        float[] white = new float[shape.Length], black = new float[shape.Length];
        Array.Fill(white, 1);
        Array.Fill(black, -1);
        ContactSheet.Write(path, shape, [white, black, black, white], ["clean", "noised"], ["", ""]);
        using DecodedPicture sheet = PictureFile.Read(path);
        Frame frame = sheet.AsFrame();
        int top = frame.Height / 4 + 20, bottom = frame.Height * 3 / 4, left = frame.Width / 4 * 3, right = frame.Width * 3 / 4 * 3;
        Assert.Equal((255, 0, 0, 255), (frame.Row(top)[left], frame.Row(top)[right], frame.Row(bottom)[left], frame.Row(bottom)[right]));
    }

    [Fact]
    public void Write_WrongCount_Throws() =>
        Assert.Throws<ArgumentException>(() => ContactSheet.Write("x.png", new PictureShape(1, 2, 2), [new float[4]], ["a", "b"], ["r"]));
}
