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

    [Theory]
    [InlineData((int)TScaleMode.Noiseless, true)]
    [InlineData((int)TScaleMode.Noiseless, false)]
    [InlineData((int)TScaleMode.Noised, true)]
    [InlineData((int)TScaleMode.Score, true)]
    [InlineData((int)TScaleMode.Difference, false)]
    public void Calibrate_EveryMode_FindsTheDefect(int mode, bool relative)
    {
        Save(Calibrate(new Profile
        {
            Readings =
            [
                new Reading { TScales = new TScaleSettings { Timesteps = [8, 25], Mode = (TScaleMode)mode }, Map = new MapSettings { Relative = relative, Widths = [2], Weights = [1, 2], TopPixels = 50 } },
            ],
        }));

        // Stripes that show through the noise of every mode; the gate may find them too, and the score must.
        using var inspector = Open();
        var result = inspector.Inspect(tiny.Picture("striped.png", 7, defect: true, contrast: 254));
        Assert.True(result.Score > result.Threshold);
    }

    [Fact]
    public void Calibrate_Groups_PromiseWhatGroupsCan()
    {
        using var calibrator = NewCalibrator();
        var pictures = CalibrationPictures.Of(tiny.NormalPaths, "test");

        var profile = calibrator.Calibrate(Bundle.Load(tiny.Folder).Profile("levels"), pictures with { Groups = [.. pictures.Calibration.Select((_, i) => i % 4)] });

        Assert.Equal(1.0 / 5, new ConformalScores(profile.Calibration).LeastAlpha, 9);
    }

    [Fact]
    public void Calibrate_NewNormals_AreRejectedAtTheRateAskedFor()
    {
        var fresh = tiny.Pictures("fresh", 7, 200);
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu }, new InspectorOptions { Alpha = 0.2 });

        var rejected = fresh.Count(path => inspector.Inspect(path).IsNg);

        // With 19 calibration pictures the rate itself follows Beta(4, 16), mean 0.2, deviation 0.09; with the binomial's of 200 pictures
        // all but one in ten thousand calibrations reject 1 % to 60 %.
        Assert.InRange(rejected, 2, 120);
    }

    [Fact]
    public void Calibrate_TooFewPictures_IsRefused()
    {
        using var calibrator = NewCalibrator();

        Assert.Throws<PictureException>(() => calibrator.Calibrate(Bundle.Load(tiny.Folder).Profile("levels"), CalibrationPictures.Of([.. tiny.NormalPaths.Take(8)], "few")));
    }

    private Calibrator NewCalibrator()
    {
        var manifest = Bundle.Load(tiny.Folder).Manifest;
        return new Calibrator(tiny.Folder, manifest.Network, manifest.Preprocessing, TinyBundle.Cpu);
    }

    private Profile Calibrate(Profile settings, bool keepConstants = false)
    {
        using var calibrator = NewCalibrator();
        return calibrator.Calibrate(settings, CalibrationPictures.Of(tiny.NormalPaths, "test"), keepConstants);
    }

    private void Save(Profile profile) =>
        BundleWriter.Save(Bundle.Load(tiny.Folder).Manifest with { DefaultProfile = "tried" }, new Dictionary<ProfileKey, Profile> { ["tried"] = profile }, tiny.Folder);

    private Inspector Open() => Opened.Inspector(tiny.Folder);

    private IEnumerable<float> Inspected(Profile profile)
    {
        Save(profile);
        using var inspector = Open();
        return tiny.NormalPaths.Select(path => (float)inspector.Inspect(path).Score).Order().ToArray();
    }
}
