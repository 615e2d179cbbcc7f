using Edge.Runtime;
using System.Text.Json;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Bench.Tests.Promise;

public sealed class PromiseBenchTests : IDisposable
{
    private readonly TestSet set = new(good: 0, defective: 1);
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public PromiseBenchTests()
    {
        for (var i = 0; i < 40; i++)
            Grey($"test/good/{i:000}.png", 30 + i);
    }

    private string Bundle => set.At("b");

    public void Dispose() => set.Dispose();

    [Fact]
    public void Promise_Json_OneLineAProfileAndRate()
    {
        Assert.Equal(0, Run("--alphas", "0.05,0.01", "--splits", "50", "--json"));

        var lines = Lines();
        Assert.Equal([("bright", 0.05), ("bright", 0.01), ("blind", 0.05), ("blind", 0.01)],
            lines.Select(line => (line.GetProperty("profile").GetString()!, line.GetProperty("alpha").GetDouble())));
        var bright = lines[0];
        Assert.Equal((40, 20, 20, 50), (Int(bright, "pictures"), Int(bright, "n_calibrating"), Int(bright, "n_counted"), Int(bright, "splits")));
        // One of 21 is the most that 5 % allow.
        Assert.Equal(1 / 21.0, bright.GetProperty("promised").GetDouble(), 12);
        Assert.InRange(bright.GetProperty("mean").GetDouble(), 0.01, 0.12);
        // The bundle's own threshold, the highest of 19, is 48, and 49 to 69 lie above it. 21 or more: product of (40 - i) / (59 - i) for i below 21.
        Assert.Equal((21, 40), (Int(bright, "test_rejected"), Int(bright, "test_pictures")));
        Assert.Equal(Enumerable.Range(0, 21).Aggregate(1.0, (p, i) => p * (40 - i) / (59 - i)), bright.GetProperty("test_p").GetDouble(), 12);
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("mean").ValueKind);
        Assert.Equal((99, 50), (Int(lines[1], "n_needed"), Int(lines[1], "splits_refused")));
        // Every picture has the score 1: none lies above the threshold.
        Assert.Equal(0, lines[2].GetProperty("mean").GetDouble());
    }

    [Fact]
    public void Promise_Table_SaysWhatHalfThePicturesCannotPromise()
    {
        Assert.Equal(0, Run("--profiles", "bright"));

        Assert.Contains("200 random splits of all 40: 20 pictures calibrate", output.ToString());
        Assert.Contains("1 % needs 99 calibration pictures, and half of these are 20: 198 good pictures would show it.", output.ToString());
        Assert.Contains("21 of 40", output.ToString());
    }

    [Fact]
    public void Promise_Record_AddsTheCalibrationsPicturesAndLeavesOutThoseFittedOn()
    {
        string[] calibration = [.. Enumerable.Range(0, 20).Select(i => Grey($"train/good/{i:000}.png", 100 + i))];
        // Under another name, but with the contents of a test picture.
        Directory.CreateDirectory(set.At("other"));
        File.Copy(set.At("test/good/007.png"), set.At("other/fitted.png"));
        Record(new CalibrationPictures { Fitting = [set.At("other/fitted.png")], Calibration = [.. calibration, set.At("test/good/000.png")] });

        Assert.Equal(0, Run("--profiles", "bright", "--alphas", "0.05", "--json"));

        var row = Assert.Single(Lines());
        Assert.Equal((59, 38), (Int(row, "pictures"), Int(row, "test_pictures")));
        Assert.Contains("2 good pictures are left out", error.ToString());
    }

    [Fact]
    public void Promise_RecordWithGroups_SplitsGroupsAndNotTheTestSet()
    {
        string[] calibration = [.. Enumerable.Range(0, 44).Select(i => Grey($"train/good/{i:000}.png", 100 + i))];
        Record(new CalibrationPictures { Calibration = calibration, Groups = [.. Enumerable.Range(0, 44).Select(i => i / 2)] });

        Assert.Equal(0, Run("--profiles", "bright", "--alphas", "0.1", "--json"));

        var row = Assert.Single(Lines());
        Assert.True(row.GetProperty("by_groups").GetBoolean());
        Assert.Equal((44, 11, 11, 40), (Int(row, "pictures"), Int(row, "n_calibrating"), Int(row, "n_counted"), Int(row, "test_pictures")));
    }

    [Fact]
    public void Promise_PictureTrainedOn_ExitsTwoAndNamesIt()
    {
        Directory.CreateDirectory(Bundle);
        TrainedPictures.Write(Bundle, [(BundleFolder.Hash(set.At("test/good/003.png")), "x.png")]);

        Assert.Equal(2, Run());
        Assert.Contains("003.png", error.ToString());
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Promise_RecordNamesAMissingPicture_ExitsTwoAndNamesIt()
    {
        Record(new CalibrationPictures { Calibration = [set.At("gone.png")] });

        Assert.Equal(2, Run());
        Assert.Contains("gone.png", error.ToString());
    }

    [Fact]
    public void Promise_DamagedRecord_ExitsTwoAndNamesIt()
    {
        Directory.CreateDirectory(Bundle + ".training");
        File.WriteAllText(Bundle + ".training/pictures.json", "{");

        Assert.Equal(2, Run());
        Assert.Contains("pictures.json", error.ToString());
    }

    [Theory]
    [InlineData("--alphas", "0")]
    [InlineData("--alphas", "0.01,1")]
    [InlineData("--alphas", "few")]
    [InlineData("--splits", "0")]
    [InlineData("--seed", "x")]
    [InlineData("--profiles", "dark")]
    public void Promise_WrongUsage_ExitsTwo(params string[] args)
    {
        Assert.Equal(2, Run(args));
        Assert.NotEmpty(error.ToString());
        Assert.Empty(output.ToString());
    }

    private string Grey(string name, int level) => set.Picture(name, (_, _) => (byte)level);

    private void Record(CalibrationPictures pictures)
    {
        Directory.CreateDirectory(PicturesRecord.FolderOf(Bundle));
        PicturesRecord.Write(Bundle, pictures);
    }

    private int Run(params string[] args) => CommandHost.Run(new BenchProgram((_, options) => new BrightnessSubject(options, [])).Commands(),
        ["promise", "--bundle", Bundle, "--data", set.Folder, .. args], output, error).GetAwaiter().GetResult();

    private JsonElement[] Lines() =>
        [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int Int(JsonElement row, string key) => row.GetProperty(key).GetInt32();
}
