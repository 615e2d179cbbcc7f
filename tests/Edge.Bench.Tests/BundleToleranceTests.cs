using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Testing;

namespace Edge.Bench.Tests;

public sealed class BundleToleranceTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly Bundle bundle;
    private readonly string file;

    public BundleToleranceTests()
    {
        bundle = Bundle.Load(tiny.Folder);
        file = BundleTolerance.PathOf(tiny.Folder);
    }

    public void Dispose()
    {
        File.Delete(file);
        tiny.Dispose();
    }

    [Fact]
    public void Read_NoFile_HasNoProfiles() => Assert.Empty(BundleTolerance.Read(bundle).Profiles);

    [Fact]
    public void PathOf_Folder_IsBesideTheBundle() => Assert.Equal("/srv/brick.tolerance.yaml", BundleTolerance.PathOf("/srv/brick/"));

    [Fact]
    public void Read_WrittenFile_ComesBackToTheBit()
    {
        var tolerance = new Tolerance
        {
            Threshold = 1 / 3.0, Pictures = 20,
            Ranges = new() { [Perturbation.Brightness] = new() { Low = -0.05, High = 0.1 }, [Perturbation.Jpeg] = new() { Low = 35, High = 100 } },
        };
        new BundleTolerance { Bundle = bundle.Id, Profiles = { ["levels"] = tolerance } }.Write(tiny.Folder);

        var read = Assert.Single(BundleTolerance.Read(bundle).Profiles);

        Assert.Equal("levels", read.Key);
        Assert.Equal((tolerance.Threshold, tolerance.Pictures), (read.Value.Threshold, read.Value.Pictures));
        Assert.Equal(tolerance.Ranges, read.Value.Ranges);
        Assert.Contains("jpeg:", File.ReadAllText(file));
        Assert.Equal(bundle.Hash, Bundle.Load(tiny.Folder).Hash);
    }

    [Fact]
    public void Read_BothPrecisions_ComeBackByKey()
    {
        new BundleTolerance { Bundle = bundle.Id, Profiles = { ["levels"] = new() { Pictures = 20 }, ["levels:int8"] = new() { Pictures = 30 } } }.Write(tiny.Folder);

        var read = BundleTolerance.Read(bundle).Profiles;

        Assert.Equal((20, 30), (read["levels"].Pictures, read[new ProfileKey("levels", Precision.Int8)].Pictures));
        Assert.Contains("  levels:int8:\n", File.ReadAllText(file));
    }

    [Fact]
    public void Read_UnknownPrecision_NamesFileAndLine()
    {
        File.WriteAllText(file, $"schema_version: 1\nbundle: {bundle.Id}\nprofiles:\n  levels:int4:\n    pictures: 20\n");

        var fault = Assert.Throws<BundleException>(() => BundleTolerance.Read(bundle));

        Assert.Contains($"{file}, line 4", fault.Message);
        Assert.Contains("'levels:int4'", fault.Message);
    }

    [Fact]
    public void Read_AnotherBundlesFile_IsRefused()
    {
        new BundleTolerance { Bundle = "gravel" }.Write(tiny.Folder);

        var fault = Assert.Throws<BundleException>(() => BundleTolerance.Read(bundle));

        Assert.Contains($"{file}: bundle is 'gravel'", fault.Message);
    }

    [Theory]
    [InlineData("brightness: { low: 0.1, high: 0.2 }", "profiles.levels.ranges.brightness")]
    [InlineData("brightness: { low: -2, high: 0.2 }", "profiles.levels.ranges.brightness")]
    [InlineData("contrast: { low: 0.5, high: .nan }", "profiles.levels.ranges.contrast")]
    [InlineData("blur: { low: -1, high: 1 }", "profiles.levels.ranges.blur")]
    [InlineData("jpeg: { low: 50, high: 101 }", "profiles.levels.ranges.jpeg")]
    [InlineData("99: { low: 0, high: 1 }", "profiles.levels.ranges.99")]
    [InlineData("colour: { low: 0, high: 1 }", "Requested value")]
    [InlineData("blur: { low: 0, high: 1, best: 1 }", "best")]
    [InlineData("blur: { low: 0, high: 1 }\n    pictures: 0", "profiles.levels.pictures")]
    [InlineData("blur: { low: 0, high: 1 }\n    threshold: -1", "profiles.levels.threshold")]
    public void Read_UnsoundTolerance_NamesFileAndField(string range, string named)
    {
        var rest = (range.Contains("pictures") ? "" : "    pictures: 20\n") + (range.Contains("threshold") ? "" : "    threshold: 1\n");
        File.WriteAllText(file, $"schema_version: 1\nbundle: {bundle.Id}\nprofiles:\n  levels:\n{rest}    ranges:\n      {range}\n");

        var fault = Assert.Throws<BundleException>(() => BundleTolerance.Read(bundle));

        Assert.Contains(named, fault.Message);
        Assert.Contains(file, fault.Message);
    }

    [Fact]
    public void Load_ToleranceInAProfile_NamesFileAndKey()
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text => $"{text}tolerance:\n  pictures: 20\n");

        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));

        Assert.Contains("tolerance", fault.Message);
        Assert.Contains(path, fault.Message);
    }
}
