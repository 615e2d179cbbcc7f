using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Calibrate_InPlace_GivesASoundBundleOfANewVersion()
    {
        tiny.Pictures("new", 5, 40);
        var before = Bundle.Load(tiny.Folder);

        Assert.Equal(0, Calibrate("--json"));

        var after = Bundle.Load(tiny.Folder);
        Assert.NotEqual(before.Manifest.Version, after.Manifest.Version);
        Assert.Equal(TinyBundle.Alpha, after.Manifest.Alpha);
        Assert.Equal(["levels", "rebuild"], edge.Rows.Select(row => row.GetProperty("profile").GetString()));
        foreach (var row in edge.Rows)
        {
            var name = row.GetProperty("profile").GetString()!;
            // Every fifth picture is fitted on, the others give scores.
            Assert.Equal(32, after.Profile(name).Calibration.Scores.Count);
            Assert.Equal("new", after.Profile(name).Calibration.Source);
            Assert.Equal((19, 32), (row.GetProperty("pictures_before").GetInt32(), row.GetProperty("pictures").GetInt32()));
            Assert.Equal(new ConformalScores(before.Profile(name).Calibration).Threshold(0.05), row.GetProperty("threshold_before").GetDouble());
            Assert.Equal(new ConformalScores(after.Profile(name).Calibration).Threshold(0.05), row.GetProperty("threshold").GetDouble());
            Assert.Equal(1.0 / 33, row.GetProperty("smallest_alpha").GetDouble());
            Assert.Equal(after.Hash, row.GetProperty("bundle_hash").GetString());
        }
        Assert.NotEqual(before.Profile("levels").Readings[0].Constants.Mean, after.Profile("levels").Readings[0].Constants.Mean);
        // The constants are new, so the golden samples' scores must be too.
        Assert.NotEqual(before.Manifest.GoldenSamples[0].Scores["levels"], after.Manifest.GoldenSamples[0].Scores["levels"]);
        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder));
    }

    [Fact]
    public void Calibrate_Out_LeavesTheBundleAsItWas()
    {
        tiny.Pictures("new", 5, 40);
        var before = tiny.Contents();

        Assert.Equal(0, Calibrate("--out", tiny.At("other/bundle")));

        Unchanged(before);
        Assert.Equal(32, Bundle.Load(tiny.At("other/bundle")).Profile().Calibration.Scores.Count);
        Assert.Equal(["bundle"], Directory.GetFileSystemEntries(tiny.At("other")).Select(Path.GetFileName));
        Assert.Equal(0, edge.Run("bundle", "check", tiny.At("other/bundle")));
    }

    [Fact]
    public void Calibrate_UnreadablePicture_LeavesTheBundleAsItWas()
    {
        tiny.Pictures("new", 5, 40);
        File.WriteAllText(tiny.At("new/020.png"), "This is no picture.");
        var before = tiny.Contents();

        Assert.Equal(2, Calibrate());

        Assert.Contains("020.png", edge.Error);
        Unchanged(before);
    }

    [Fact]
    public void Calibrate_TooFewForTheRate_SaysSoAndTakesTheSmallest()
    {
        tiny.Pictures("new", 5, 20);

        Assert.Equal(0, Calibrate());

        Assert.Equal(1.0 / 17, Bundle.Load(tiny.Folder).Manifest.Alpha);
        Assert.Contains("5.00 % false rejects need 19 pictures, there are 16: the bundle's rate is now 5.88 %", edge.Error);
        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder));
    }

    [Fact]
    public void Calibrate_TooFewAtAll_ExitsTwo()
    {
        tiny.Pictures("new", 5, 4);
        var before = tiny.Contents();

        Assert.Equal(2, Calibrate());

        Assert.Contains("at least 4 of each", edge.Error);
        Unchanged(before);
    }

    [Fact]
    public void Calibrate_KeepConstants_ReplacesTheScoresOnly()
    {
        tiny.Pictures("new", 5, 40);
        var before = Bundle.Load(tiny.Folder);

        Assert.Equal(0, Calibrate("--keep-constants"));

        var after = Bundle.Load(tiny.Folder);
        Assert.Equal(before.Profile("levels").Readings[0].Constants.WidthLimit, after.Profile("levels").Readings[0].Constants.WidthLimit);
        Assert.Equal(before.Manifest.GoldenSamples[0].Scores, after.Manifest.GoldenSamples[0].Scores);
        Assert.Equal(40, after.Profile("levels").Calibration.Scores.Count);
    }

    [Fact]
    public void Calibrate_APictureUnlikeTheOthers_StaysAndIsNamed()
    {
        // The odd picture is the 42nd: it calibrates, as only every fifth from the first on fits.
        tiny.Pictures("new", 5, 41);
        File.WriteAllBytes(Path.Combine(tiny.At("new"), "odd.png"), TestPictures.Encode(".png", new byte[64 * 64], 64, 64, OpenCvSharp.MatType.CV_8UC1));

        Assert.Equal(0, Calibrate());

        var bundle = Bundle.Load(tiny.Folder);
        var calibration = bundle.Profile("levels").Calibration;
        Assert.Equal(33, calibration.Scores.Count);
        Assert.Equal((float.PositiveInfinity, "odd.png"), (calibration.Scores[^1], calibration.Pictures[^1]));
        Assert.Contains("odd.png is unlike the other pictures for profile levels", edge.Error);
        // One of 33 is rejected whatever the threshold, so less than 2 of 34 cannot be promised.
        Assert.Equal(2.0 / 34, bundle.Manifest.Alpha, 9);
    }

    [Fact]
    public void Calibrate_Add_JoinsTheScores()
    {
        tiny.Pictures("new", 5, 40);
        var before = Bundle.Load(tiny.Folder);

        Assert.Equal(0, Calibrate("--add"));

        var after = Bundle.Load(tiny.Folder);
        Assert.Equal(59, after.Profile("levels").Calibration.Scores.Count);
        Assert.Equal("test, new", after.Profile("levels").Calibration.Source);
        Assert.Empty(before.Profile("levels").Calibration.Scores.Except(after.Profile("levels").Calibration.Scores));
        Assert.Equal(before.Profile("levels").Readings[0].Constants.Mean, after.Profile("levels").Readings[0].Constants.Mean);
        Assert.DoesNotContain("warning", edge.Error);

        Assert.Equal(0, Calibrate("--add"));
        Assert.Contains("40 of the new scores are there already", edge.Error);
    }

    [Fact]
    public void Calibrate_OneProfile_LeavesTheOtherAsItWas()
    {
        tiny.Pictures("new", 5, 40);
        var before = Bundle.Load(tiny.Folder).Profile("rebuild");

        Assert.Equal(0, Calibrate("--profiles", "levels", "--json"));

        Assert.Single(edge.Rows);
        Assert.Equal(before.Calibration.Scores, Bundle.Load(tiny.Folder).Profile("rebuild").Calibration.Scores);
        Assert.Equal(32, Bundle.Load(tiny.Folder).Profile("levels").Calibration.Scores.Count);
    }

    [Theory]
    [InlineData("levels fp32, levels int8, rebuild fp32")]
    [InlineData("levels fp32, levels int8", "--profiles", "levels")]
    [InlineData("levels int8", "--precision", "int8")]
    [InlineData("levels int8", "--precision", "int8", "--profiles", "levels,levels")]
    [InlineData("rebuild fp32", "--precision", "fp32", "--profiles", "rebuild")]
    public void Calibrate_Precision_TakesWhatWasAskedFor(string expected, params string[] options)
    {
        tiny.AddInt8();
        tiny.Pictures("new", 5, 40);

        Assert.Equal(0, Calibrate([.. options, "--json"]));

        Assert.Equal(expected, string.Join(", ", edge.Rows.Select(row => $"{row.GetProperty("profile").GetString()} {row.GetProperty("precision").GetString()}")));
        var after = Bundle.Load(tiny.Folder);
        Assert.All(after.Profiles, key => Assert.Equal(expected.Contains($"{key.Name} {PrecisionText.Of(key.Precision)}"), after.Profile(key).Calibration.Source == "new"));
    }

    [Theory]
    [InlineData("--precision", "int8", "--profiles", "levels,rebuild")]
    [InlineData("--precision", "int8", "--profiles", "rebuild")]
    public void Calibrate_Int8ThatIsNotThere_ExitsThree(params string[] options)
    {
        tiny.AddInt8();
        tiny.Pictures("new", 5, 40);

        Assert.Equal(3, Calibrate(options));

        Assert.Contains("'rebuild' has no int8; it is there for levels", edge.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Calibrate_BundleWithMoreThanItsOwn_KeepsIt(bool elsewhere)
    {
        AddOthers();
        tiny.AddInt8();
        tiny.Pictures("new", 5, 40);
        var before = Bundle.Load(tiny.Folder);
        var tolerance = new BundleTolerance
        {
            Bundle = before.Id, Profiles = { ["rebuild"] = new Tolerance { Threshold = 2, Pictures = 20, Ranges = { [Perturbation.Blur] = new ToleranceRange { High = 1 } } } },
        };
        tolerance.Write(tiny.Folder);
        File.WriteAllText(MachineTuning.PathOf(tiny.Folder), "not for calibrate");
        var kept = new[] { BundleTolerance.PathOf(tiny.Folder), MachineTuning.PathOf(tiny.Folder) }.ToDictionary(file => file, File.ReadAllText);
        var folder = elsewhere ? tiny.At("other/bundle") : tiny.Folder;

        Assert.Equal(0, Calibrate(["--profiles", "levels", "--precision", "fp32", .. elsewhere ? (string[])["--out", folder] : []]));

        var after = Bundle.Load(folder);
        Assert.Equal(["other.png"], after.OtherPaths.Select(Path.GetFileName));
        Assert.Equal(File.ReadAllBytes(tiny.At("other.png")), File.ReadAllBytes(after.OtherPaths[0]));
        Assert.Equal("0123  trained.png\n", File.ReadAllText(Path.Combine(folder, "trained_on.sha256")).Replace(new string('0', 60), ""));
        Assert.All(kept, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
        foreach (var key in (ProfileKey[])["rebuild", "levels:int8"])
        {
            Assert.Equal(before.Profile(key).Calibration.Scores, after.Profile(key).Calibration.Scores);
            Assert.Equal(new ConformalScores(before.Profile(key).Calibration).Threshold(before.Manifest.Alpha), new ConformalScores(after.Profile(key).Calibration).Threshold(after.Manifest.Alpha));
        }
    }

    /// <summary>Adds a picture of another product, and a record of what was trained on.</summary>
    private void AddOthers()
    {
        var bright = Enumerable.Repeat((byte)250, 64 * 64).ToArray();
        File.WriteAllBytes(tiny.At("other.png"), TestPictures.Encode(".png", bright, 64, 64, OpenCvSharp.MatType.CV_8UC1));
        File.Copy(tiny.At("other.png"), tiny.At("bundle/golden/other.png"));
        File.WriteAllText(tiny.At("bundle/trained_on.sha256"), new string('0', 60) + "0123  trained.png\n");
        var bundle = Bundle.Load(tiny.Folder);
        BundleWriter.Save(bundle.Manifest with { Others = [new FileEntry { Path = "golden/other.png" }] }, bundle.Profiles.ToDictionary(key => key, bundle.Profile), tiny.Folder);
    }

    [Fact]
    public void Calibrate_UnknownProfile_ExitsThree()
    {
        tiny.Pictures("new", 5, 40);
        Assert.Equal(3, Calibrate("--profiles", "levels,none"));
        Assert.Contains("'none'", edge.Error);
    }

    [Fact]
    public void Calibrate_OutThatIsThere_ExitsTwo()
    {
        tiny.Pictures("new", 5, 40);
        Assert.Equal(2, Calibrate("--out", tiny.Folder));
        Assert.Contains("--out", edge.Error);
    }

    [Fact]
    public void Calibrate_NoFolder_ExitsTwo()
    {
        Assert.Equal(2, Calibrate());
        Assert.Contains("--data", edge.Error);
    }

    [Fact]
    public void Calibrate_Table_ShowsBeforeAndNow()
    {
        tiny.Pictures("new", 5, 40);
        Assert.Equal(0, Calibrate());
        Assert.Contains("19 -> 32", edge.Output);
    }

    private int Calibrate(params string[] args) => edge.Run(["calibrate", "--bundle", tiny.Folder, "--data", tiny.At("new"), "--threads", "1", .. args]);

    private void Unchanged(IReadOnlyDictionary<string, byte[]> before)
    {
        var after = tiny.Contents();
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
    }
}
