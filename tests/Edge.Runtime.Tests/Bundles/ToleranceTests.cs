using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Runtime.Tests.Bundles;

public sealed class ToleranceTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Load_OlderBundle_HasNone() => Assert.Null(Bundle.Load(tiny.Folder).Profile("levels").Tolerance);

    [Fact]
    public void Load_Tolerance_ComesBackToTheBitInItsProfileAlone()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var tolerance = new Tolerance
        {
            Threshold = 1 / 3.0, Pictures = 20,
            Ranges = new() { [Perturbation.Brightness] = new() { Low = -0.05, High = 0.1 }, [Perturbation.Jpeg] = new() { Low = 35, High = 100 } },
        };
        var profiles = bundle.ProfileNames.ToDictionary(name => name, bundle.Profile);
        profiles["levels"] = profiles["levels"] with { Tolerance = tolerance };
        BundleWriter.Save(bundle.Manifest, profiles, tiny.Folder);

        var read = Bundle.Load(tiny.Folder);

        Assert.Equal((tolerance.Threshold, tolerance.Pictures), (read.Profile("levels").Tolerance!.Threshold, read.Profile("levels").Tolerance!.Pictures));
        Assert.Equal(tolerance.Ranges, read.Profile("levels").Tolerance!.Ranges);
        Assert.Null(read.Profile("rebuild").Tolerance);
        Assert.Contains("jpeg:", File.ReadAllText(Path.Combine(tiny.Folder, tiny.ProfilePath("levels"))));
    }

    [Theory]
    [InlineData("brightness: { low: 0.1, high: 0.2 }", "tolerance.ranges.brightness")]
    [InlineData("brightness: { low: -2, high: 0.2 }", "tolerance.ranges.brightness")]
    [InlineData("contrast: { low: 0.5, high: .nan }", "tolerance.ranges.contrast")]
    [InlineData("blur: { low: -1, high: 1 }", "tolerance.ranges.blur")]
    [InlineData("jpeg: { low: 50, high: 101 }", "tolerance.ranges.jpeg")]
    [InlineData("99: { low: 0, high: 1 }", "tolerance.ranges.99")]
    [InlineData("colour: { low: 0, high: 1 }", "Requested value")]
    [InlineData("blur: { low: 0, high: 1, best: 1 }", "best")]
    [InlineData("blur: { low: 0, high: 1 }\n  pictures: 0", "tolerance.pictures")]
    [InlineData("blur: { low: 0, high: 1 }\n  threshold: -1", "tolerance.threshold")]
    public void Load_UnsoundTolerance_NamesTheField(string range, string named)
    {
        var path = tiny.ProfilePath("levels");
        var rest = (range.Contains("pictures") ? "" : "  pictures: 20\n") + (range.Contains("threshold") ? "" : "  threshold: 1\n");
        tiny.EditFile(path, text => $"{text}tolerance:\n{rest}  ranges:\n    {range}\n");

        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));

        Assert.Contains(named, fault.Message);
        Assert.Contains(path, fault.Message);
    }
}
