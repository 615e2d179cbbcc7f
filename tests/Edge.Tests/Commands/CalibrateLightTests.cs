using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class CalibrateLightTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Calibrate_BundleWithoutLight_LearnsItAndAddsToIt()
    {
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));
        Assert.Contains("run edge calibrate", edge.Output);
        var pictures = tiny.Pictures("new", 5, 20);

        Assert.Equal(0, Calibrate());

        var light = Bundle.Load(tiny.Folder).Manifest.Light!;
        Assert.Equal(Calibrator.MeasureLight(pictures).Brightness, light.Brightness);
        Assert.Equal(Calibrator.MeasureLight(pictures).Sharpness, light.Sharpness);

        Assert.Equal(0, Calibrate("--add"));
        Assert.Equal([.. light.Brightness, .. light.Brightness], Bundle.Load(tiny.Folder).Manifest.Light!.Brightness);
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));
        Assert.Contains("of 40 pictures", edge.Output);
    }

    private int Calibrate(params string[] args) => edge.Run(["calibrate", "--bundle", tiny.Folder, "--data", tiny.At("new"), "--profiles", "levels", "--threads", "1", .. args]);
}
