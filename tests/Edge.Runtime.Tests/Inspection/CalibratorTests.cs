using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inspection;
using Edge.Runtime.Tests.Bundles;

namespace Edge.Runtime.Tests.Inspection;

public sealed class CalibratorTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Calibrate_MapWithoutConstants_HasTheScoresOfInspecting()
    {
        var profile = Calibrate(new Profile { Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 50, Skip = 25 } }, TopPixels = 50 });

        Assert.Equal(Inspected(profile), profile.Calibration.Scores);
    }

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
    [InlineData(TScaleMode.Noiseless, TScaleMap.Mahalanobis)]
    [InlineData(TScaleMode.Noiseless, TScaleMap.Mean)]
    [InlineData(TScaleMode.Noiseless, TScaleMap.Max)]
    [InlineData(TScaleMode.Noiseless, TScaleMap.Weighted)]
    [InlineData(TScaleMode.Noised, TScaleMap.Mean)]
    [InlineData(TScaleMode.Score, TScaleMap.Mean)]
    [InlineData(TScaleMode.Difference, TScaleMap.Mean)]
    public void Calibrate_EveryModeAndMap_FindsTheDefect(TScaleMode mode, TScaleMap map)
    {
        var profile = Calibrate(new Profile
        {
            TScales = new TScaleSettings { Timesteps = [8, 25], Mode = mode, Map = map, Widths = map == TScaleMap.Mahalanobis ? [1, 4] : [2], Weights = [1, 2] },
            TopPixels = 50,
        });
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
