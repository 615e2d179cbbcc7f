using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Training.Commands;

namespace Edge.Training.Tests.Commands;

public sealed class QuantiseCommandTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Quantise_BundleWithMoreThanItsOwn_KeepsIt()
    {
        var bundle = trained.Copy();
        string[] beside = [$"{bundle}.tolerance.yaml", $"{bundle}.machine.yaml", Path.Combine(bundle, "notes.txt"), Path.Combine(bundle, "int8", "mine.onnx")];
        Directory.CreateDirectory(Path.Combine(bundle, "int8"));
        foreach (var file in beside)
            File.WriteAllText(file, $"kept: {Path.GetFileName(file)}\n");
        var (before, record) = (Bundle.Load(bundle), File.ReadAllText(Path.Combine(bundle, "trained_on.sha256")));

        // Twice, since the second replaces the networks of the first.
        for (var i = 0; i < 2; i++)
            Assert.Equal(0, await TrainedBundle.Run(TextWriter.Null, default, "quantise", "--out", bundle, "--data", trained.Data));

        var after = Bundle.Load(bundle);
        Assert.All(beside, file => Assert.Equal($"kept: {Path.GetFileName(file)}\n", File.ReadAllText(file)));
        Assert.Equal(record, File.ReadAllText(Path.Combine(bundle, "trained_on.sha256")));
        Assert.Equal(before.Manifest.Others, after.Manifest.Others);
        Assert.Single(after.OtherPaths, File.Exists);
        Assert.Equal(before.Manifest.Alpha, after.Manifest.Alpha);
        Assert.All(before.Profiles, key => Assert.Equal(before.Profile(key).Calibration.Scores, after.Profile(key).Calibration.Scores));
        Assert.Contains(new ProfileKey("default", Precision.Int8), after.Profiles);
    }

    [Theory]
    [InlineData("int8, t")]
    [InlineData("Calibrating ")]
    public async Task Quantise_Stopped_SaysSoAndLeavesTheBundleAsItWas(string until)
    {
        var bundle = trained.Copy();
        var before = TrainedBundle.Contents(bundle);
        using var error = new StoppingWriter(until);

        Assert.Equal(130, await TrainedBundle.Run(error, error.Token, "quantise", "--out", bundle, "--data", trained.Data));

        Assert.Equal($"Stopped; {bundle} is as it was.", error.LastLine);
        Assert.Equal(before, TrainedBundle.Contents(bundle));
    }

    [Fact]
    public async Task Quantise_BundleCalibratedAnewSince_AsksForItsPictures()
    {
        var bundle = trained.Copy();
        using TestPictures other = new();
        other.Write(40, first: 30);
        Model.Calibrate(bundle, CalibrationPictures.Of(PictureFolder.List(other.Folder), "other"));
        var before = TrainedBundle.Contents(bundle);
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "quantise", "--out", bundle, "--data", trained.Data));

        Assert.Contains("pictures.json: names other pictures", error.ToString());
        Assert.Contains("--calibration", error.ToString());
        Assert.Equal(before, TrainedBundle.Contents(bundle));
    }

    [Fact]
    public async Task Quantise_SeveralBadFiles_NamesThemAll()
    {
        var bundle = trained.Copy();
        using TestPictures data = new(), calibration = new();
        File.WriteAllText(Path.Combine(data.Write(10), "text.png"), "This is no picture.");
        calibration.Write(20, first: 30);
        File.WriteAllText(Path.Combine(calibration.Folder, "note.png"), "Nor is this.");
        calibration.Write(1, 8, 8, first: 60);
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "quantise", "--out", bundle, "--data", data.Folder, "--calibration", calibration.Folder));

        Assert.Contains("text.png: ", error.ToString());
        Assert.Contains("note.png: ", error.ToString());
        Assert.Contains("texture_60.png: 8x8", error.ToString());
    }

    [Fact]
    public async Task Quantise_CalibrationThatWasTrainedOn_ExitsTwo()
    {
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "quantise", "--out", trained.Copy(), "--data", trained.Data, "--calibration", trained.Data));

        Assert.Contains("were trained on", error.ToString());
    }
}
