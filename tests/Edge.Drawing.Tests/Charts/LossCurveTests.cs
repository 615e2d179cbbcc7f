using Edge.Runtime;
using Edge.Drawing.Charts;
using Edge.Runtime.Imaging;

namespace Edge.Drawing.Tests.Charts;

public class LossCurveTests
{
    public static TheoryData<double[]> Losses => new()
    {
        Array.Empty<double>(), new[] { 1.0 }, new[] { 0.5, 0.5, 0.5 }, new[] { double.NaN, 1, double.PositiveInfinity, 0.001 },
        new[] { -1.0, 0, 3 }, new[] { 1e-9, 1e9 },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Write_AnyValues_GivesAReadablePicture(double[] losses)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("loss.png");
        LossCurve.Write(path, losses, [], "loss", 10);
        LossCurve.Write(path, losses, [(5, 0.3), (1000, 0.2)]);
        using var chart = PictureFile.Read(path);
        Assert.Equal((1000, 560, 3), (chart.Width, chart.Height, chart.Channels));
    }
}
