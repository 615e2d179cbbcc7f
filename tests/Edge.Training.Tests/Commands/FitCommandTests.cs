using Edge.Runtime;
using System.CommandLine;
using Edge.CommandLine;
using Edge.Onnx;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Training.Commands;
using Edge.Training.Tests.Features;

namespace Edge.Training.Tests.Commands;

public sealed class FitCommandTests : IDisposable
{
    private readonly TestPictures pictures = new();
    private readonly string work = Directory.CreateTempSubdirectory("edge-fit-tests-").FullName;

    public void Dispose()
    {
        pictures.Dispose();
        Directory.Delete(work, recursive: true);
    }

    [Fact]
    public async Task Fit_FewSteps_WritesABundleThatInspects()
    {
        var bundle = Path.Combine(work, "weave");

        Assert.Equal(0, await Run("fit", "--data", pictures.Write(20), "--out", bundle, "--steps", "4", "--base", "16", "--crop", "64", "--batch", "2", "--groups", "none"));

        var loaded = Bundle.Load(bundle);
        Assert.Equal(["default", "fast", "t1", "t3", "t5", "memory", "reconstruct", "guided"], loaded.ProfileNames);
        Assert.Equal(["default:int8", "fast:int8", "t1:int8", "t3:int8"], loaded.Profiles.Where(key => key.Precision == Precision.Int8).Select(key => key.ToString()));
        Assert.Equal(3, loaded.GoldenSamplePaths.Count);
        Assert.Contains("MIT", loaded.Manifest.Network.Backbone);
        Assert.Equal(["memory"], loaded.Profiles.Where(key => key.Name is "log_odds" or "memory").SelectMany(key => loaded.Profile(key).Planes));
        Assert.All(loaded.Profiles, key => Assert.Equal(loaded.Profile().Calibration.Scores.Count, loaded.Profile(key).Calibration.Scores.Count));
        foreach (var profile in loaded.Profiles)
        {
            using var model = Model.Open(bundle, new ModelOptions { Profile = profile.Name, Precision = profile.Precision });
            using var inspector = model.CreateInspector();
            var sample = loaded.Manifest.GoldenSamples[0];
            Assert.Equal(sample.Scores[profile], inspector.Inspect(loaded.GoldenSamplePaths[0]).Score, 1e-4 * sample.Scores[profile]);
        }
        Assert.True(new FileInfo(Path.Combine(bundle + ".training", "loss.png")).Length > 1000);
        Assert.True(new FileInfo(Path.Combine(bundle + ".training", "previews.png")).Length > 1000);
        Assert.False(Directory.Exists(bundle + ".new"));

        Assert.Contains("**chosen**", File.ReadAllText(Path.Combine(bundle + ".training", "tuning.md")));

        foreach (var (name, precision) in loaded.Profiles.Where(key => key.Precision == Precision.Int8))
        {
            using Model floatsModel = Model.Open(bundle, new ModelOptions { Profile = name }), int8Model = Model.Open(bundle, new ModelOptions { Profile = name, Precision = precision });
            using Inspector floats = floatsModel.CreateInspector(), int8 = int8Model.CreateInspector();
            foreach (var picture in Directory.GetFiles(pictures.Folder))
            {
                var (expected, actual) = (floats.Inspect(picture), int8.Inspect(picture));
                // The thresholds are the highest of seven scores: on the training's own pictures a score may lie on either side of one so near.
                if (Math.Abs(expected.Score / expected.Threshold - 1) > 0.3)
                    Assert.Equal(expected.IsNg, actual.IsNg);
                Assert.Equal(expected.Score / expected.Threshold, actual.Score / actual.Threshold, 0.3);
            }
        }
        var report = File.ReadAllText(Path.Combine(bundle + ".training", "quantise.md"));
        Assert.All(loaded.Manifest.Network.Int8.Keys, plane => Assert.Contains($"\n| {plane} | ", report));
        Assert.Contains("All layers but memory, whose answers", report);

        // An existing bundle is all that quantising anew takes; the networks of before are gone.
        Assert.Equal(0, await Run("quantise", "--out", bundle, "--data", pictures.Folder));
        var again = Bundle.Load(bundle);
        Assert.Equal(loaded.Profiles, again.Profiles);
        Assert.Equal(again.Manifest.Network.Int8.Values.Select(file => Path.GetFileName(file.Path)).Order(), Directory.GetFiles(Path.Combine(bundle, "int8")).Select(Path.GetFileName).Order());

        // A bundle is not replaced by accident, and its training can be exported again.
        Assert.Equal(2, await Run("fit", "--data", pictures.Folder, "--out", bundle, "--steps", "4"));
        Assert.Equal(0, await Run("export", "--data", pictures.Folder, "--out", bundle, "--force", "--no-int8"));
        Assert.DoesNotContain(Bundle.Load(bundle).Profiles, key => key.Precision == Precision.Int8);
    }

    [Fact]
    public async Task Fit_ABackboneOfTheUsersOwn_IsInTheBundleUntilAnExportWithoutIt()
    {
        var (bundle, file) = (Path.Combine(work, "own"), Path.Combine(work, "mine.onnx"));
        OnnxFile.Write(file, OwnNetwork.Of((4, 4), (6, 2), (8, 4)).ToModel());
        var hash = BundleFolder.Hash(file);

        Assert.Equal(0, await Run("fit", "--data", pictures.Write(20), "--out", bundle, "--steps", "2", "--base", "16", "--crop", "64", "--batch", "2",
            "--groups", "none", "--backbone", file));

        File.Delete(file);
        var loaded = Bundle.Load(bundle);
        Assert.Equal($"mine.onnx, SHA-256 {hash}, made by made by hand 7", loaded.Manifest.Network.Backbone);
        Assert.Equal(32, loaded.Manifest.Network.SizeMultiple);
        Assert.Equal(["a"], loaded.Profile("guided").Readings.Single().Reconstruction!.Features);
        Assert.Contains("memory", loaded.Manifest.Network.Int8.Keys);
        foreach (var profile in loaded.Profiles)
        {
            using var model = Model.Open(bundle, new ModelOptions { Profile = profile.Name, Precision = profile.Precision });
            using var inspector = model.CreateInspector();
            var sample = loaded.Manifest.GoldenSamples[0];
            Assert.Equal(sample.Scores[profile], inspector.Inspect(loaded.GoldenSamplePaths[0]).Score, 1e-4 * sample.Scores[profile]);
        }

        Assert.Equal(0, await Run("export", "--data", pictures.Folder, "--out", bundle, "--force", "--no-int8"));

        Assert.Contains("MIT", Bundle.Load(bundle).Manifest.Network.Backbone);
        Assert.Equal(16, Bundle.Load(bundle).Manifest.Network.SizeMultiple);
    }

    [Theory]
    [InlineData("fit")]
    [InlineData("export")]
    public async Task FitAndExport_ABackboneThatIsMissing_EndWithTwo(string command)
    {
        var (bundle, file) = (Path.Combine(work, "b"), Path.Combine(work, "none.onnx"));
        Directory.CreateDirectory(bundle + ".training");
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, command, "--data", pictures.Write(20), "--out", bundle, "--backbone", file));

        Assert.EndsWith($": --backbone {file}: there is no such file; name an ONNX file.", error.ToString().Trim());
        Assert.Empty(Directory.GetFileSystemEntries(bundle + ".training"));
    }

    [Fact]
    public async Task Fit_PicturesSmallerThanTheBackbonesPlaces_SaysWhichBeforeTheTraining()
    {
        var (bundle, file) = (Path.Combine(work, "b"), Path.Combine(work, "mine.onnx"));
        OnnxFile.Write(file, OwnNetwork.Of((4, 4), (6, 8)).ToModel());
        pictures.Write(19);
        pictures.Write(1, 24, 40, first: 19);
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "fit", "--data", pictures.Folder, "--out", bundle, "--steps", "2", "--crop", "64",
            "--groups", "none", "--backbone", file));

        Assert.Contains($"texture_19.png: 40x24 pixels after scaling, and the layers of --backbone {file} are as coarse as 32 pixels: each side needs 32",
            error.ToString());
        Assert.False(Directory.Exists(bundle + ".training"));
    }

    [Fact]
    public async Task Fit_StoppedWithABackbone_NamesItAmongWhatExportTakes()
    {
        var file = Path.Combine(work, "mine.onnx");
        OnnxFile.Write(file, OwnNetwork.Of((4, 4), (6, 2)).ToModel());
        using var error = new StoppingWriter("Remembering");

        Assert.Equal(130, await TrainedBundle.Run(error, error.Token, "fit", "--data", pictures.Write(20), "--out", Path.Combine(work, "b"),
            "--steps", "2", "--base", "16", "--crop", "64", "--batch", "2", "--groups", "none", "--backbone", file));

        Assert.Equal("Stopped with the training done and no bundle written; 'edge-train export' with the same --data, --backbone and --out writes it.",
            error.LastLine);
    }

    [Fact]
    public async Task Fit_StoppedAfterTheTraining_SaysHowToGoOn()
    {
        var bundle = Path.Combine(work, "stopped");
        using var error = new StoppingWriter("Export:");

        Assert.Equal(130, await TrainedBundle.Run(error, error.Token, "fit", "--data", pictures.Write(20), "--out", bundle, "--steps", "2", "--base", "16", "--crop", "64",
            "--batch", "2", "--groups", "none"));

        Assert.Equal("Stopped with the training done and no bundle written; 'edge-train export' with the same --data and --out writes it.", error.LastLine);
        Assert.False(Directory.Exists(bundle) || Directory.Exists(bundle + ".new"));
    }

    [Fact]
    public async Task Fit_SeveralBadFiles_NamesThemAllBeforeTheTraining()
    {
        var other = Directory.CreateDirectory(Path.Combine(work, "other")).FullName;
        File.WriteAllText(Path.Combine(other, "sketch.png"), "This is no picture.");
        File.WriteAllText(Path.Combine(pictures.Write(20), "text.png"), "Nor is this.");
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "fit", "--data", pictures.Folder, "--other", other, "--out", Path.Combine(work, "b"), "--steps", "2"));

        Assert.Contains("sketch.png: ", error.ToString());
        Assert.Contains("text.png: ", error.ToString());
        Assert.False(Directory.Exists(Path.Combine(work, "b.training")));
    }

    [Fact]
    public async Task Fit_FewTimesteps_ReadsNoneAbove()
    {
        var bundle = Path.Combine(work, "low");

        Assert.Equal(0, await Run("fit", "--data", pictures.Write(20), "--out", bundle, "--steps", "2", "--base", "16", "--crop", "64", "--batch", "2", "--groups", "none", "--t-max", "20", "--no-int8"));

        var loaded = Bundle.Load(bundle);
        Assert.All(loaded.Profiles.SelectMany(key => loaded.Profile(key).Readings).Where(reading => reading.TScales is not null),
            reading => Assert.InRange(reading.TScales!.Timesteps.Max(), 0, 19));
    }

    [Theory]
    [InlineData("--steps", "3", "--budget", "1m")]
    [InlineData("--budget", "soon")]
    [InlineData("--crop", "30")]
    [InlineData("--device", "abacus")]
    [InlineData("--base", "30")]
    [InlineData("--colour")]
    public async Task Fit_WrongUsage_EndsWithTwo(params string[] arguments) =>
        Assert.Equal(2, await Run(["fit", "--data", pictures.Write(20), "--out", Path.Combine(work, "b"), .. arguments]));

    [Fact]
    public async Task Export_WithoutATraining_EndsWithThree() =>
        Assert.Equal(3, await Run("export", "--data", pictures.Write(20), "--out", Path.Combine(work, "none")));

    [Fact]
    public async Task SplitAndSynthesise_APhotograph_GiveDisjointPartsAndATestSet()
    {
        pictures.Write(1, 64, 128);
        var parts = Path.Combine(work, "parts");

        Assert.Equal(0, await Run("split", "--data", pictures.Folder, "--out", parts, "--side", "16", "--calibration", "0.25", "--set-aside", "0.25"));
        Assert.Equal(0, await Run("synthesise", "--data", Path.Combine(parts, "set-aside"), "--out", Path.Combine(work, "set")));

        Assert.Single(Directory.GetFiles(Path.Combine(parts, "train", "good")));
        Assert.Equal(8, Directory.GetFiles(Path.Combine(parts, "calibration")).Length);
        Assert.Equal(8, Directory.GetFiles(Path.Combine(parts, "set-aside")).Length);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(work, "set", "test", "good")).Length);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(work, "set", "ground_truth"), "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("20m", 1200)]
    [InlineData("1h30m", 5400)]
    [InlineData("0.5h", 1800)]
    public void TryParse_Duration_CountsSeconds(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("m")]
    [InlineData("5x")]
    [InlineData("0s")]
    public void TryParse_NoDuration_IsRefused(string text) => Assert.False(Durations.TryParse(text, out _));

    private static Task<int> Run(params string[] arguments) => CommandHost.Run(TrainingProgram.Root(), arguments);
}
