using Edge.Runtime;
using System.Text.Json;
using Edge.Bench.Speed;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Bench.Tests.Speed;

/// <summary>The commands on a real bundle, the shipped one.</summary>
public sealed class BrickTests : IDisposable
{
    const int Side = 32;

    readonly TestSet _set = new(good: 0, defective: 0);
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    Func<string, SubjectOptions, ISubject> _open = InspectorSubject.Open;

    [Fact]
    public void Sweep_ThreeReadings_AgreesWithAccuracyToTheBit()
    {
        NoiseSet();
        AccuracyRow[]? expected = null;
        _open = (bundle, options) =>
        {
            expected ??= [.. new Evaluator(InspectorSubject.Open, _error).Run(bundle, DefectDataset.Open(_set.Folder), [], null).Select(evaluation => evaluation.Row)];
            return InspectorSubject.Open(bundle, options);
        };

        Assert.Equal(0, Run("sweep", "--bundle", BrickWithLogOdds(), "--data", _set.Folder, "--normals", _set.At("normals"), "--levels", "50;50 8;log-odds 50", "--threads", "1", "--n", "2",
            "--json", "--plot", _set.At("plot.svg")));

        var rows = Rows();
        Assert.Equal(["50", "8-50", "log-odds-50"], rows.Select(row => row.GetProperty("profile").GetString()));
        Assert.Equal([1, 2, 2], rows.Select(row => row.GetProperty("nfe").GetInt32()));
        for (var i = 0; i < rows.Length; i++)
        {
            var row = expected!.Single(e => e.Profile == rows[i].GetProperty("profile").GetString());
            Assert.Equal((row.ImageAuroc, row.PixelAuroc, row.Aupro), (Number("image_auroc"), Number("pixel_auroc"), Number("aupro")));
            Assert.Equal((row.FalseRejectsSeen, row.RecallSeen), (Number("false_rejects_seen"), Number("recall_seen")));
            Assert.Equal(0, Number("alloc_bytes"));
            Assert.True(Number("network_ms") > 0);

            double? Number(string key) => rows[i].GetProperty(key).GetDouble();
        }
        Assert.True(File.Exists(_set.At("plot.svg")));
    }

    [Fact]
    public void Ablation_TwoReadings_HasTheFiguresSweepGivesAndOneCascade()
    {
        NoiseSet();
        string[] given = ["--bundle", Brick, "--data", _set.Folder, "--normals", _set.At("normals")];
        Assert.Equal(0, Run(["sweep", .. given, "--levels", "25 50", "--threads", "1", "--n", "1", "--json"]));
        var row = Assert.Single(Rows());
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, Run(["ablation", .. given, "--variants", "scale_1,scales_2,condition"]));

        string[][] table = [.. _output.ToString().Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|', ' ').Split(" | "))];
        Assert.Equal(["variant", "scale_1", "scales_2", "condition"], table.Select(cells => cells[0]));
        Assert.All(table, cells => Assert.Equal(8, cells.Length));
        Assert.Equal(["1", "2", "4"], table[1..4].Select(cells => cells[7]));
        var (keys, two) = ((string[])["image_auroc", "pixel_auroc", "aupro"], table[2]);
        Assert.All(keys, (key, i) => Assert.StartsWith(FormattableString.Invariant($"{row.GetProperty(key).GetDouble():F4} ["), two[2 + i]));
        Assert.Equal(FormattableString.Invariant($"{row.GetProperty("recall_seen").GetDouble():F3}"), two[5]);
    }

    [Fact]
    public void Ablation_TooFewNormals_ExitsTwo()
    {
        Noise("normals", 8, seed: 1);
        Noise("test/good", 1, seed: 2);

        Assert.Equal(2, Run("ablation", "--bundle", Brick, "--data", _set.Folder, "--normals", _set.At("normals")));
        Assert.Contains("8 pictures", _error.ToString());
    }

    [Fact]
    public void Sweep_LevelBeyondTheNetwork_ExitsTwo()
    {
        Assert.Equal(2, Run("sweep", "--bundle", Brick, "--data", _set.Folder, "--normals", _set.Folder, "--levels", "25;999"));
        Assert.Contains("999", _error.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("25 25")]
    [InlineData("1 2 3 4 5 6")]
    [InlineData("25;many")]
    public void Sweep_NoSets_ExitsTwo(string levels) =>
        Assert.Equal(2, Run("sweep", "--bundle", Brick, "--data", "d", "--normals", "n", "--levels", levels));

    [Fact]
    public void Sweep_LogOddsThatNoProfileReads_ExitsTwo()
    {
        var bundle = CopyOfBrick();
        BundleWriter.Save(bundle.Manifest with { DefaultProfile = "t1" }, new Dictionary<ProfileKey, Profile> { ["t1"] = bundle.Profile("t1") }, bundle.Folder);

        Assert.Equal(2, Run("sweep", "--bundle", bundle.Folder, "--data", _set.Folder, "--normals", _set.Folder, "--levels", "log-odds"));
        Assert.Contains("log-odds", _error.ToString());
    }

    [Fact]
    public void All_FiveLevels_AreAllThirtyOneSmallOnesFirstThenLogOdds()
    {
        var all = SweepSet.All([8, 25, 50, 100, 200], logOdds: true).ToArray();

        Assert.Equal(37, all.Length);
        Assert.Equal(["8", "25"], all[..2].Select(r => r.Name));
        Assert.Equal("8-25", all[5].Name);
        Assert.Equal([8, 25, 50, 100, 200], all[30].Levels);
        Assert.Equal(["log-odds", "log-odds-8", "log-odds-25", "log-odds-50", "log-odds-100", "log-odds-200"], all[31..].Select(r => r.Name));
        Assert.Equal(37, all.DistinctBy(r => r.Name).Count());
        Assert.Equal(31, SweepSet.All([8, 25, 50, 100, 200], logOdds: false).Count());
    }

    [Theory]
    [InlineData("100 25", "25-100")]
    [InlineData("log-odds", "log-odds")]
    [InlineData("50  log-odds 8", "log-odds-8-50")]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("25 025", null)]
    [InlineData("25 logodds", null)]
    [InlineData("25 log-odds log-odds", null)]
    [InlineData("1 2 3 4 5 log-odds", null)]
    public void Parse_Words_GivesTheReadingOrNone(string text, string? name) => Assert.Equal(name, SweepSet.Parse(text)?.Name);

    [Fact]
    public void Roofline_Json_SharesAddUpAndConvolutionsAreThere()
    {
        Assert.Equal(0, Run("roofline", "--bundle", Brick, "--profile", "t1", "--threads", "1", "--n", "3", "--peak-seconds", "0.01", "--json"));

        var rows = Rows();
        var total = rows[^1];
        Assert.Equal("total", total.GetProperty("operator").GetString());
        Assert.Equal(1, rows[..^1].Sum(row => row.GetProperty("share").GetDouble()), 9);
        Assert.Equal(total.GetProperty("gop").GetDouble(), rows[..^1].Sum(row => row.GetProperty("gop").GetDouble()), 9);
        Assert.Contains(rows, row => row.GetProperty("operator").GetString()!.EndsWith("Conv 3x3", StringComparison.Ordinal) && row.GetProperty("gop_per_s").GetDouble() > 0);
        Assert.All((string[])["peak_gflop_per_s", "peak_int8_gop_per_s", "peak_gb_per_s"], key => Assert.True(total.GetProperty(key).GetDouble() > 0));
    }

    [Fact]
    public void Roofline_Int8_CountsItsConvolutions()
    {
        Assert.Equal(0, Run("roofline", "--bundle", Brick, "--profile", "t1:int8", "--threads", "1", "--n", "2", "--peak-seconds", "0.01", "--json"));

        var convolutions = Rows().Where(row => row.GetProperty("operator").GetString()!.StartsWith("QLinearConv", StringComparison.Ordinal)).ToArray();
        Assert.Contains(convolutions, row => row.GetProperty("operator").GetString() == "QLinearConv 3x3");
        Assert.All(convolutions, row => Assert.True(row.GetProperty("gop_per_s").GetDouble() > 0));
    }

    public void Dispose() => _set.Dispose();

    static string Brick => Repository.Brick;

    static bool InDefect(int x, int y) => x is >= 8 and < 16 && y is >= 10 and < 18;

    Bundle CopyOfBrick()
    {
        foreach (var file in Bundle.Load(Brick).Files)
            SweepBench.Copy(Brick, _set.At("brick"), file);
        return Bundle.Load(_set.At("brick"));
    }

    /// <summary>The shipped bundle with a profile that reads its network's log-odds. It has too little material for one of its own.</summary>
    string BrickWithLogOdds()
    {
        var bundle = CopyOfBrick();
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, TinyBundle.Cpu);
        profiles["odds"] = calibrator.Calibrate(
            new Profile { Readings = [new Reading { LogOdds = true, Map = new MapSettings { Widths = [2, 6], TopPixels = 10, Relative = false, Suppress = false } }] },
            CalibrationPictures.Of(PictureFolder.In(_set.At("normals")), "normals"));
        BundleWriter.Save(bundle.Manifest, profiles, bundle.Folder);
        return bundle.Folder;
    }

    /// <summary>Good pictures to calibrate on, and a labelled set of good ones and ones with a defect.</summary>
    void NoiseSet()
    {
        Noise("normals", 20, seed: 1);
        Noise("test/good", 4, seed: 2);
        Noise("test/hole", 3, seed: 3, defective: true);
        for (var i = 0; i < 3; i++)
            _set.Picture($"ground_truth/hole/{i:000}_mask.png", (x, y) => InDefect(x, y) ? (byte)255 : (byte)0, Side, Side);
    }

    void Noise(string folder, int count, int seed, bool defective = false)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            _set.Picture($"{folder}/{i:000}.png", (x, y) => defective && InDefect(x, y) ? (byte)(y % 2 * 255) : (byte)(110 + random.Next(30)), Side, Side);
    }

    JsonElement[] Rows() => [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    int Run(params string[] args) => CommandHost.Run(new BenchProgram(_open).Commands(), args, _output, _error).GetAwaiter().GetResult();
}
