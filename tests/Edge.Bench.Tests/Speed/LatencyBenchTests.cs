using Edge.Runtime;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Edge.Bench.Speed;
using Edge.CommandLine;
using Edge.Testing;

namespace Edge.Bench.Tests.Speed;

public sealed class LatencyBenchTests : IDisposable
{
    readonly TestSet _set = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    Func<string, SubjectOptions, ISubject> _open;

    public LatencyBenchTests() => _open = (_, options) => new BrightnessSubject(options, [_set.At("test/good/000.png"), _set.At("test/hole/000.png")]);

    [Fact]
    public void Latency_Json_HasEveryKey()
    {
        Assert.Equal(0, Run("--profiles", "bright", "--n", "5", "--json"));

        var row = JsonDocument.Parse(_output.ToString()).RootElement;
        string[] numbers = ["threads", "nfe", "n", "load_ms", "first_ms", "min_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms", "jitter_ms", "pictures_per_s",
            "decode_ms", "preprocess_ms", "network_ms", "arithmetic_ms", "scoring_ms", "outside_share", "alloc_bytes", "cores"];
        Assert.All(numbers, key => Assert.Equal(JsonValueKind.Number, row.GetProperty(key).ValueKind));
        Assert.All((string[])["bundle", "profile", "variant", "provider", "onnxruntime", "edge", "cpu"], key => Assert.Equal(JsonValueKind.String, row.GetProperty(key).ValueKind));
        Assert.All((string[])["rate_hz", "missed", "image_auroc", "pixel_auroc", "aupro", "baseline_p50_ms"], key => Assert.Equal(JsonValueKind.Null, row.GetProperty(key).ValueKind));
        Assert.Equal([8, 25], row.GetProperty("t_scales").EnumerateArray().Select(t => t.GetInt32()));
        // The made-up stages are 0.25, 1, 0.5 and 0.25 ms: half of it outside the network.
        Assert.Equal((1, 0.5, 0.5), (row.GetProperty("network_ms").GetDouble(), row.GetProperty("arithmetic_ms").GetDouble(), row.GetProperty("outside_share").GetDouble()));
        Assert.Equal(Environment.ProcessorCount, row.GetProperty("threads").GetInt32());
    }

    [Fact]
    public void Latency_Markdown_HasTwoTables()
    {
        Assert.Equal(0, Run("--n", "2", "--markdown"));

        Assert.Equal(2, _output.ToString().Split('\n').Count(line => line.StartsWith("| --- |", StringComparison.Ordinal)));
        Assert.Contains("| bright \\* | fp32 |", _output.ToString());
    }

    [Fact]
    public void Latency_RateNoMachineKeeps_MissesEveryDeadline()
    {
        Assert.Equal(0, Run("--profiles", "bright", "--n", "5", "--rate", "1000000000", "--json"));

        var row = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal((5, 1e9), (row.GetProperty("missed").GetInt32(), row.GetProperty("rate_hz").GetDouble()));
    }

    [Fact]
    public void Latency_Data_AddsAccuracy()
    {
        Assert.Equal(0, Run("--n", "1", "--data", _set.Folder, "--json"));

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([1, 0.5], lines.Select(line => line.GetProperty("image_auroc").GetDouble()));
        Assert.Equal([1, 0.5], lines.Select(line => line.GetProperty("pixel_auroc").GetDouble()));
    }

    [Fact]
    public void Latency_Plot_DrawsAPointAProfileInThreePanels()
    {
        var file = _set.At("plot.svg");
        Assert.Equal(0, Run("--n", "1", "--data", _set.Folder, "--plot", file));

        var svg = XDocument.Load(file).Root!;
        foreach (var title in (string[])["image AUROC", "pixel AUROC", "AUPRO 0.3"])
            Assert.Single(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == title);
        Assert.Equal(3, svg.Descendants().Count(e => e.Name.LocalName == "text" && e.Value == "p50, milliseconds a picture"));
        Assert.Equal(3 * 2, svg.Descendants().Count(e => e.Name.LocalName is "circle" or "ellipse"));
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == "bright");
        Assert.Equal([file], Directory.GetFiles(_set.Folder));
    }

    [Fact]
    public void Latency_PlotPng_IsAPicture()
    {
        var file = _set.At("plot.png");
        Assert.Equal(0, Run("--n", "1", "--data", _set.Folder, "--plot", file));

        using var picture = Runtime.PictureFile.Read(file);
        Assert.True(picture.Width > 2 * picture.Height);
    }

    [Fact]
    public void Latency_PlotOfGoodPicturesAlone_SaysThatTheyHoldNoDefect()
    {
        Directory.Delete(_set.At("test/hole"), recursive: true);
        _open = (_, options) => new BrightnessSubject(options, [_set.At("test/good/000.png")]);
        Assert.Equal(2, Run("--n", "1", "--data", _set.Folder, "--plot", _set.At("plot.svg")));
        Assert.Contains("no defect", _error.ToString());
    }

    [Theory]
    [InlineData(1e-9, 1, "above the baseline's")]
    [InlineData(1e9, 0, "")]
    public void Latency_Baseline_ExitsOneWhereItIsSlower(double p50, int code, string says)
    {
        var file = Baseline(row => row["p50_ms"] = p50);

        Assert.Equal(code, Run("--profiles", "bright", "--n", "2", "--baseline", file, "--json"));
        Assert.Contains(says, _error.ToString());
        Assert.Equal(p50, JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("baseline_p50_ms").GetDouble());
    }

    [Fact]
    public void Latency_BaselineWithTolerance_AllowsThatMuch() =>
        Assert.Equal(0, Run("--profiles", "bright", "--n", "2", "--baseline", Baseline(row => row["p50_ms"] = 1e-6), "--tolerance", "1e12"));

    [Fact]
    public void Latency_BaselineOfAnotherMachine_ExitsTwo()
    {
        Assert.Equal(2, Run("--profiles", "bright", "--n", "1", "--baseline", Baseline(row => row["cpu"] = "Z80")));
        Assert.Contains("Z80", _error.ToString());
    }

    [Fact]
    public void Latency_BaselineOfOtherThreads_ExitsTwo()
    {
        Assert.Equal(2, Run("--profiles", "bright", "--n", "1", "--baseline", Baseline(row => row["threads"] = 77)));
        Assert.Contains("no line of these", _error.ToString());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"profile":"bright"}""")]
    public void Latency_BaselineThatIsNone_ExitsTwoAndNamesTheLine(string line)
    {
        var file = _set.At("baseline.json");
        File.WriteAllText(file, $"\n{line}\n");
        Assert.Equal(2, Run("--baseline", file));
        Assert.Contains("line 2", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("--plot", "plot.svg")]
    [InlineData("--plot", "plot.gif", "--data", "d")]
    [InlineData("--plot", "no/such/folder/plot.svg", "--data", "d")]
    [InlineData("--json", "--markdown")]
    [InlineData("--rate", "0")]
    [InlineData("--tolerance", "-1")]
    [InlineData("--baseline", "no-such-file")]
    public void Latency_WrongUsage_ExitsTwoBeforeAnythingIsMeasured(params string[] args)
    {
        _open = (_, _) => throw new InvalidOperationException("measured");
        Assert.Equal(2, Run(args));
        Assert.NotEmpty(_error.ToString());
    }

    public void Dispose() => _set.Dispose();

    /// <summary>A line as an earlier run would have printed it, but for a change.</summary>
    string Baseline(Action<JsonObject> change)
    {
        Assert.Equal(0, Run("--profiles", "bright", "--n", "1", "--json"));
        var row = JsonNode.Parse(_output.ToString())!.AsObject();
        _output.GetStringBuilder().Clear();
        change(row);
        var file = _set.At("baseline.json");
        File.WriteAllText(file, row.ToJsonString() + "\n");
        return file;
    }

    int Run(params string[] args) => CommandHost.Run(new BenchProgram(_open).Commands(), ["latency", "--bundle", "b", .. args], _output, _error).GetAwaiter().GetResult();
}
