using System.Text.Json;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Testing;

namespace Edge.Bench.Tests;

public sealed class BenchProgramTests : IDisposable
{
    readonly TestSet _set = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    Func<string, SubjectOptions, ISubject> _open;

    public BenchProgramTests() => _open = (_, options) => new BrightnessSubject(options, [_set.At("test/good/000.png"), _set.At("test/hole/000.png")]);

    [Fact]
    public void Accuracy_Json_OneLineAProfileWithTheKeys()
    {
        Assert.Equal(0, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--json"));
        var lines = Lines();
        Assert.Equal(2, lines.Length);
        var bright = lines[0];
        foreach (var key in (string[])["profile", "default", "image_auroc", "pixel_auroc", "aupro", "n_good", "n_defect", "f1_max", "recall_at_1pct",
            "false_rejects_seen", "alpha", "aupimo", "image_auroc_ci", "pixel_auroc_ci", "aupro_ci", "aupimo_ci", "f1_max_ci", "recall_at_1pct_ci", "ms_mean"])
            Assert.True(bright.TryGetProperty(key, out _), key);
        Assert.Equal("bright", bright.GetProperty("profile").GetString());
        Assert.True(bright.GetProperty("default").GetBoolean());
        Assert.Equal((4, 3), (bright.GetProperty("n_good").GetInt32(), bright.GetProperty("n_defect").GetInt32()));
        foreach (var key in (string[])["image_auroc", "pixel_auroc", "aupro", "f1_max", "recall_at_1pct", "recall_seen"])
            Assert.Equal(1, bright.GetProperty(key).GetDouble(), 12);
        Assert.Equal(0, bright.GetProperty("false_rejects_seen").GetDouble());
        Assert.Equal(0.01, bright.GetProperty("alpha").GetDouble());
        Assert.Equal(2, bright.GetProperty("ms_mean").GetDouble());
        Assert.Equal([1, 1], bright.GetProperty("image_auroc_ci").EnumerateArray().Select(x => x.GetDouble()));
        // Four small pictures cannot tell a false-positive rate of 1e-5.
        Assert.Equal(JsonValueKind.Null, bright.GetProperty("aupimo").ValueKind);

        var blind = lines[1];
        Assert.False(blind.GetProperty("default").GetBoolean());
        Assert.Equal(0.5, blind.GetProperty("image_auroc").GetDouble());
        Assert.Equal(0.5, blind.GetProperty("pixel_auroc").GetDouble());
        Assert.Equal(0, blind.GetProperty("recall_at_1pct").GetDouble());
    }

    [Fact]
    public void Accuracy_TwoKinds_SaysWhatBecomesOfEach()
    {
        // Darker than the good pictures: by brightness the least suspicious.
        for (var i = 0; i < 2; i++)
        {
            _set.Picture($"test/haze/{i:000}.png", (_, _) => 0);
            _set.Picture($"ground_truth/haze/{i:000}_mask.png", (x, _) => x == 0 ? (byte)255 : (byte)0);
        }

        Assert.Equal(0, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--profiles", "bright", "--json"));
        var kinds = Assert.Single(Lines()).GetProperty("kinds").EnumerateArray().ToArray();

        Assert.Equal([("haze", 2, 0.0, 0.0), ("hole", 3, 1.0, 1.0)], kinds.Select(kind => (kind.GetProperty("kind").GetString(), kind.GetProperty("n").GetInt32(),
            kind.GetProperty("image_auroc").GetDouble(), kind.GetProperty("recall_seen").GetDouble())));
        // Wilson's interval of 0 of 2 ends at z^2 / (2 + z^2) = 3.8415 / 5.8415.
        Assert.Equal(0.6576, kinds[0].GetProperty("recall_seen_ci")[1].GetDouble(), 1e-4);
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, Run("accuracy", "--bundle", "b", "--data", _set.Folder));
        Assert.Contains("bright by kind of defect", _output.ToString());
        Assert.Contains("haze", _output.ToString());
    }

    [Fact]
    public void Accuracy_NoDefects_OnlyFalseRejects()
    {
        Directory.Delete(_set.At("test/hole"), recursive: true);
        Assert.Equal(0, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--profiles", "bright", "--alpha", "0.05", "--json"));
        var row = Assert.Single(Lines());
        foreach (var key in (string[])["image_auroc", "pixel_auroc", "aupro", "aupimo", "f1_max", "recall_at_1pct", "image_auroc_ci"])
            Assert.Equal(JsonValueKind.Null, row.GetProperty(key).ValueKind);
        Assert.Equal(0, row.GetProperty("false_rejects_seen").GetDouble());
        Assert.Equal(0.05, row.GetProperty("alpha").GetDouble());
        Assert.Equal(0, row.GetProperty("n_defect").GetInt32());
    }

    [Fact]
    public void Accuracy_Table_NamesProfilesAndDefault()
    {
        Assert.Equal(0, Run("accuracy", "--bundle", "b", "--data", _set.Folder));
        Assert.Contains("bright *", _output.ToString());
        Assert.Contains("blind", _output.ToString());
        Assert.Contains("AUPRO", _output.ToString());
    }

    [Fact]
    public void Accuracy_Alpha_ReachesTheBundle()
    {
        List<SubjectOptions> opened = [];
        var open = _open;
        _open = (bundle, options) =>
        {
            opened.Add(options);
            return open(bundle, options);
        };
        Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--profiles", "blind,bright", "--alpha", "0.02", "--json");
        Assert.Equal([new SubjectOptions("blind", 0.02), new SubjectOptions("bright", 0.02)], opened.Skip(1));
    }

    [Fact]
    public void Accuracy_UnknownProfile_ExitsTwoAndNamesTheProfiles()
    {
        Assert.Equal(2, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--profiles", "dark"));
        Assert.Contains("'dark'", _error.ToString());
        Assert.Contains("bright, blind", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("bright:int8", "no profile 'bright:int8'")]
    [InlineData("bright:int4", "precisions are fp32, int8")]
    public void Accuracy_PrecisionThatIsNotThere_ExitsTwo(string profile, string why)
    {
        Assert.Equal(2, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--profiles", $"blind,{profile}"));
        Assert.Contains(why, _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Latency_BothPrecisions_AreRowsByKey()
    {
        using var tiny = new TinyBundle();
        tiny.AddInt8();
        _open = InspectorSubject.Open;

        Assert.Equal(0, Run("latency", "--bundle", tiny.Folder, "--profiles", "levels,levels:int8", "--n", "2", "--threads", "1", "--json"));

        Assert.Equal([("levels", "fp32"), ("levels:int8", "int8")], _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (row.GetProperty("profile").GetString()!, row.GetProperty("variant").GetString()!)));
    }

    [Fact]
    public void Tune_NoProfileAskedFor_ChoosesForEveryPrecision()
    {
        using var tiny = new TinyBundle();
        tiny.AddInt8();

        Assert.Equal(0, Run("tune", "--bundle", tiny.Folder, "--n", "1", "--json"));

        Assert.Equal(["levels", "levels:int8", "rebuild"], MachineTuning.Read(tiny.Folder)!.Profiles.Keys.Select(key => key.ToString()));
    }

    [Fact]
    public void Accuracy_WrongMask_ExitsTwoBeforeAnythingIsPrinted()
    {
        _set.Picture("ground_truth/hole/002_mask.png", (_, _) => 0, height: 3);
        Assert.Equal(2, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--json"));
        Assert.Contains("002_mask.png", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Accuracy_SeveralBadFiles_NamesThemAllBeforeAnythingIsPrinted()
    {
        File.WriteAllText(_set.At("test/good/001.png"), "This is no picture.");
        File.WriteAllText(_set.At("test/hole/000.png"), "Nor is this.");
        File.WriteAllText(_set.At("ground_truth/hole/001_mask.png"), "Nor is this.");
        _set.Picture("ground_truth/hole/002_mask.png", (_, _) => 0, height: 3);

        Assert.Equal(2, Run("accuracy", "--bundle", "b", "--data", _set.Folder, "--json"));

        Assert.All((string[])["good/001.png: ", "hole/000.png: ", "001_mask.png: ", "002_mask.png: "], file => Assert.Contains(file, _error.ToString()));
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Accuracy_BadBundle_ExitsThree()
    {
        _open = (_, _) => throw new BundleException("b/bundle.yaml: no such file.");
        Assert.Equal(3, Run("accuracy", "--bundle", "b", "--data", _set.Folder));
        Assert.Contains("b/bundle.yaml", _error.ToString());
    }

    [Fact]
    public void Accuracy_NoDevice_ExitsFour()
    {
        _open = (_, _) => throw new DeviceException("no such device.");
        Assert.Equal(4, Run("accuracy", "--bundle", "b", "--data", _set.Folder));
    }

    [Theory]
    [InlineData]
    [InlineData("accurate")]
    [InlineData("accuracy")]
    [InlineData("accuracy", "--bundle", "b")]
    [InlineData("accuracy", "--bundle", "b", "--data", "d", "--alpha", "1.5")]
    [InlineData("accuracy", "--bundle", "b", "--data", "d", "--alpha", "few")]
    [InlineData("accuracy", "--bundle", "b", "--data", "d", "--beta", "1")]
    [InlineData("latency", "--bundle", "b", "--n", "0")]
    [InlineData("latency", "--bundle", "b", "--n", "many")]
    [InlineData("latency", "--bundle", "b", "--threads", "1,x")]
    [InlineData("latency", "--bundle", "b", "--threads", "0")]
    public void Run_WrongUsage_ExitsTwo(params string[] args)
    {
        Assert.Equal(2, Run(args));
        Assert.NotEmpty(_error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("accuracy", "--help")]
    public void Run_Information_ExitsZero(params string[] args)
    {
        Assert.Equal(0, Run(args));
        Assert.NotEmpty(_output.ToString());
    }

    [Fact]
    public void AccuracyHelp_SaysWhichAupro()
    {
        Run("accuracy", "--help");
        Assert.Contains("official MVTec", _output.ToString());
    }

    [Fact]
    public void Latency_Json_OneLineAProfileAndThreadCount()
    {
        Assert.Equal(0, Run("latency", "--bundle", "b", "--threads", "1,2", "--n", "5", "--json"));
        var lines = Lines();
        Assert.Equal([("bright", 1), ("bright", 2), ("blind", 1), ("blind", 2)],
            lines.Select(line => (line.GetProperty("profile").GetString()!, line.GetProperty("threads").GetInt32())));
        foreach (var line in lines)
        {
            double[] times = [.. ((string[])["min_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms"]).Select(key => line.GetProperty(key).GetDouble())];
            Assert.Equal(times.Order(), times);
            Assert.Equal(5, line.GetProperty("n").GetInt32());
            Assert.True(line.GetProperty("pictures_per_s").GetDouble() > 0);
            Assert.Equal("cpu", line.GetProperty("provider").GetString());
        }
        Assert.Equal(2, lines[0].GetProperty("nfe").GetInt32());
    }

    [Fact]
    public void Latency_Table_HasTheHeader()
    {
        Assert.Equal(0, Run("latency", "--bundle", "b", "--n", "2"));
        Assert.Contains("ONNX Runtime", _output.ToString());
        Assert.Contains("p99", _output.ToString());
    }

    [Fact]
    public void Latency_NoGoldenSamples_ExitsThree()
    {
        _open = (_, options) => new BrightnessSubject(options, []);
        Assert.Equal(3, Run("latency", "--bundle", "b"));
    }

    public void Dispose() => _set.Dispose();

    int Run(params string[] args) => CommandHost.Run(new BenchProgram(_open).Commands(), args, _output, _error).GetAwaiter().GetResult();

    JsonElement[] Lines() =>
        [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
