using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Runtime.Tests.Imaging;

public class ChartsTests
{
    public static TheoryData<double[]> Losses => new()
    {
        Array.Empty<double>(), new[] { 1.0 }, new[] { 0.5, 0.5, 0.5 }, new[] { double.NaN, 1, double.PositiveInfinity, 0.001 },
        new[] { -1.0, 0, 3 }, new[] { 1e-9, 1e9 },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void LossCurve_AnyValues_GivesAReadablePicture(double[] losses)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("loss.png");
        Charts.LossCurve(path, losses, [], "loss", 10);
        Charts.LossCurve(path, losses, [(5, 0.3), (1000, 0.2)]);
        using DecodedPicture chart = PictureFile.Read(path);
        Assert.Equal(3, chart.Channels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ContactSheet_Pictures_StandWhereTheyBelong(int channels)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("sheet.png");
        var shape = new PictureShape(channels, 2, 2);
        float[] white = new float[shape.Length], black = new float[shape.Length];
        Array.Fill(white, 1);
        Array.Fill(black, -1);
        Charts.ContactSheet(path, shape, [white, black, black, white], ["clean", "noised"], ["", ""]);
        using DecodedPicture sheet = PictureFile.Read(path);
        Frame frame = sheet.AsFrame();
        int top = frame.Height / 4 + 20, bottom = frame.Height * 3 / 4, left = frame.Width / 4 * 3, right = frame.Width * 3 / 4 * 3;
        Assert.Equal((255, 0, 0, 255), (frame.Row(top)[left], frame.Row(top)[right], frame.Row(bottom)[left], frame.Row(bottom)[right]));
    }

    [Fact]
    public void ContactSheet_WrongCount_Throws() =>
        Assert.Throws<ArgumentException>(() => Charts.ContactSheet("x.png", new PictureShape(1, 2, 2), [new float[4]], ["a", "b"], ["r"]));
}
