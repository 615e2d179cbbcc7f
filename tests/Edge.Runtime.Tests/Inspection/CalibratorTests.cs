using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public sealed class CalibratorTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Calibrate_ConstantsKept_HasTheScoresOfInspecting()
    {
        var kept = Bundle.Load(tiny.Folder).Profile("levels");

        Assert.Equal(Inspected(kept), Calibrate(kept, keepConstants: true).Calibration.Scores);
    }

    [Fact]
    public void Calibrate_FittedConstants_ScoresAPictureUnderThoseOfOthers()
    {
        var profile = Calibrate(Bundle.Load(tiny.Folder).Profile("levels"));

        // Under constants it helped to make, a picture looks a little more normal than a new one would.
        Assert.True(profile.Calibration.Scores.Average() > Inspected(profile).Average());
    }

    [Theory]
    [InlineData(TScaleMode.Noiseless, MapAggregation.Mean)]
    [InlineData(TScaleMode.Noiseless, MapAggregation.Max)]
    [InlineData(TScaleMode.Noiseless, MapAggregation.Weighted)]
    [InlineData(TScaleMode.Noised, MapAggregation.Mean)]
    [InlineData(TScaleMode.Score, MapAggregation.Mean)]
    [InlineData(TScaleMode.Difference, MapAggregation.Mean)]
    public void Calibrate_EveryModeAndAggregation_FindsTheDefect(TScaleMode mode, MapAggregation aggregation) =>
        FindsTheDefect(new TScaleSettings { Timesteps = [8, 25], Mode = mode }, new MapSettings { Relative = mode != TScaleMode.Difference, Aggregation = aggregation, Widths = [2], Weights = [1, 2] });

    [Theory]
    [InlineData(PlaneZones.None, true)]
    [InlineData(PlaneZones.Border, false)]
    [InlineData(PlaneZones.Grid, true)]
    public void Calibrate_EveryZoning_FindsTheDefect(PlaneZones zones, bool relative) =>
        FindsTheDefect(new TScaleSettings { Timesteps = [25] }, new MapSettings { Zones = zones, Relative = relative, Widths = [2] });

    private void FindsTheDefect(TScaleSettings scales, MapSettings map)
    {
        var profile = Calibrate(new Profile { TScales = scales, Map = map, TopPixels = 50 });
        Save(profile);

        using var inspector = Open();
        Assert.True(inspector.Inspect(tiny.DefectPath).IsDefect);
    }

    [Fact]
    public void Calibrate_NewNormals_AreRejectedAtTheRateAskedFor()
    {
        var fresh = tiny.Pictures("fresh", 7, 200);
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { Profile = "levels", Alpha = 0.2, Inference = TinyBundle.Cpu });

        var rejected = fresh.Count(path => inspector.Inspect(path).IsDefect);

        // With 24 calibration pictures the rate itself follows Beta(5, 20), mean 0.2, deviation 0.08; with the binomial's of 200 pictures
        // all but one in ten thousand calibrations reject 1 % to 54 %.
        Assert.InRange(rejected, 2, 108);
    }

    [Fact]
    public void Calibrate_TooFewPictures_IsRefused()
    {
        using var calibrator = NewCalibrator();

        Assert.Throws<PictureException>(() => calibrator.Calibrate(Bundle.Load(tiny.Folder).Profile("levels"), [.. tiny.NormalPaths.Take(4)], "few"));
    }

    private Calibrator NewCalibrator()
    {
        var manifest = Bundle.Load(tiny.Folder).Manifest;
        return new Calibrator(tiny.Folder, manifest.Network, manifest.Preprocessing, TinyBundle.Cpu);
    }

    private Profile Calibrate(Profile settings, bool keepConstants = false)
    {
        using var calibrator = NewCalibrator();
        return calibrator.Calibrate(settings, tiny.NormalPaths, "test", keepConstants);
    }

    private void Save(Profile profile) =>
        BundleWriter.Save(Bundle.Load(tiny.Folder).Manifest with { DefaultProfile = "tried" }, new Dictionary<string, Profile> { ["tried"] = profile }, tiny.Folder);

    private Inspector Open() => Inspector.Open(tiny.Folder, new InspectorOptions { Inference = TinyBundle.Cpu });

    private IEnumerable<float> Inspected(Profile profile)
    {
        Save(profile);
        using var inspector = Open();
        return tiny.NormalPaths.Select(path => (float)inspector.Inspect(path).Score).Order().ToArray();
    }
}
