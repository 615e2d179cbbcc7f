using Edge.Runtime;
using System.Text.Json.Nodes;
using Edge.Configuration;
using Edge.Runtime.Bundles;
using Edge.Testing;

namespace Edge.Tests.Configuration;

public class ConfigFileTests
{
    private const string Small = """
        version: 1
        stations:
          - name: top
            bundle: b
        """;

    [Fact]
    public void Parse_ShippedExample_HasNoFaults()
    {
        var path = Path.Combine(Repository.Root, "tools", "deploy", "edge.yaml");

        var (config, problems) = ConfigFile.Read(path);

        Assert.Empty(problems);
        Assert.Equal("top", Assert.Single(config.Stations).Name);
    }

    [Fact]
    public void Parse_ShippedExampleWithEverythingUncommented_HasNoUnknownKey()
    {
        // Every line that is an example, without its mark; those that exclude each other may complain of that, but no key may be unknown.
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "tools", "deploy", "edge.yaml"));
        var text = string.Join('\n', lines.Select(line => System.Text.RegularExpressions.Regex.Replace(line, @"^(\s*)# (\s*(- )?[a-z_0-9]+: .*|\s*[a-z_]+:$|\s*- \{.*)$", "$1$2")));

        var (_, problems) = ConfigFile.Parse(text, "/");

        Assert.DoesNotContain(problems, problem => problem.Message.Contains("unknown") || problem.Message.Contains("not YAML"));
        Assert.Contains("ack_timeout_ms: 5000", text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')).Aggregate((a, b) => a + b));
    }

    [Fact]
    public void Parse_Nothing_TakesTheDefaults()
    {
        var (config, problems) = ConfigFile.Parse(Small + "\noutputs:\nstore:\nweb:\ndrift:\n", "/etc/edge");

        Assert.Empty(problems);
        Assert.Equal("/etc/edge/b", config.Stations[0].Bundle);
        Assert.Equal("127.0.0.1", config.Web.Listen);
        Assert.Equal(TriggerMode.FreeRun, config.Stations[0].Trigger.Mode);
        Assert.Null(config.Outputs.Mqtt);
    }

    [Theory]
    [InlineData("  - nme: x", 5, 5, "did you mean 'name'?")]
    [InlineData("    trigger: { mode: fre_run }", 5, 16, "did you mean 'free_run'?")]
    [InlineData("    camera: { foldr: { path: x } }", 5, 15, "did you mean 'folder'?")]
    [InlineData("    half_precision: true", 5, 5, "only for device: tensorrt")]
    [InlineData("    cuda_graph: true", 5, 5, "only for device: cuda or tensorrt")]
    [InlineData("    spinning: sometimes", 5, 5, "'sometimes' is not true or false")]
    [InlineData("    threads: many", 5, 5, "'many' is not a whole number")]
    [InlineData("    alpha: 1.5", 5, 5, "1.5 is not between")]
    [InlineData("    trigger: { mode: rate }", 5, 5, "missing; mode rate needs it")]
    [InlineData("    camera: { file: { path: a }, folder: { path: b } }", 5, 5, "says 2 cameras (file, folder)")]
    [InlineData("    camera: { stream: { url: 'rtsp://me:secret@host/' } }", 5, 25, "holds a password")]
    [InlineData("    camera: { stream: { url: 'rtsp://host/', ca: ca.crt, verify: false } }", 5, 46, "only one of them can decide")]
    [InlineData("    camera: { folder: { path: a }, open_seconds: 9 }", 5, 36, "only for stream and gstreamer")]
    [InlineData("    camera: { v4l2: { device: /dev/video0, fourcc: Y160000 } }", 5, 44, "three or four letters, as MJPG, YUYV or Y16")]
    [InlineData("    camera: { v4l2: { device: /dev/video0, exposure_us: 1 } }", 5, 44, "1 is not between 100 and")]
    [InlineData("    camera: { aravis: { trigger: software } }", 5, 25, "trigger.mode must be external")]
    [InlineData("    precision: int4", 5, 5, "'int4' is not one of fp32, int8")]
    [InlineData("    precision: int8\n    device: cuda", 5, 5, "int8 runs on the CPU, not on device: cuda")]
    [InlineData("    regions: [[0, 0, 0, 4]]", 5, 15, "must be four whole numbers")]
    [InlineData("    alpha: 0.1\n    threshold: 3", 6, 5, "only one of them")]
    [InlineData("web: { listen: 0.0.0.0 }", 5, 1, "whoever reaches")]
    [InlineData("outputs: { gpio: [{ chip: c, line: 1, station: tpo }] }", 5, 39, "did you mean 'top'?")]
    [InlineData("outputs: { mqtt: { host: h, topic: 'a/#' } }", 5, 29, "without + and #")]
    [InlineData("  - name: top\n    bundle: c", 5, 5, "another station's name")]
    [InlineData("  - name: ../x\n    bundle: c", 5, 5, "letters, digits")]
    public void Parse_Fault_NamesPlaceAndRemedy(string line, int atLine, int column, string message)
    {
        var (_, problems) = ConfigFile.Parse(Small + "\n" + line, "/");

        var problem = problems.First(p => p.Message.Contains(message));
        Assert.Equal((atLine, column), ((int)problem.Line, (int)problem.Column));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("    precision: fp32", Precision.Fp32)]
    [InlineData("    precision: int8", Precision.Int8)]
    [InlineData("    precision: int8\n    device: cpu", Precision.Int8)]
    public void Parse_Precision_IsTheStations(string line, Precision? expected)
    {
        var (config, problems) = ConfigFile.Parse($"{Small}\n{line}", "/");

        Assert.Empty(problems);
        Assert.Equal(expected, config.Stations[0].Precision);
    }

    [Fact]
    public void Schema_Precision_NamesBoth() =>
        Assert.Equal(["fp32", "int8"], JsonNode.Parse(ConfigSchema.Write())!["properties"]!["stations"]!["items"]!["properties"]!["precision"]!["enum"]!.AsArray()
            .Where(name => name is not null).Select(name => name!.GetValue<string>()));

    [Theory]
    [InlineData("rstp://me:hunter2@host/one")]
    [InlineData("me:hunter2@host/one?pwd=hunter2")]
    [InlineData("rtsp://me:hunter2@host/one")]
    public void Parse_WrongAddressWithAPassword_DoesNotTellIt(string url)
    {
        var (_, problems) = ConfigFile.Parse($"{Small}\n    camera: {{ stream: {{ url: '{url}' }} }}", "/");
        Assert.DoesNotContain("hunter2", Assert.Single(problems).Message);
    }

    [Fact]
    public void Parse_V4l2_TakesWhatIsSetAtEachOpening()
    {
        var (config, problems) = ConfigFile.Parse(
            $"{Small}\n    camera: {{ v4l2: {{ device: /dev/video0, fourcc: Y16, exposure_us: 5000, gain: 20, white_balance_k: 4600, focus: 30 }} }}", "/");
        Assert.Empty(problems);
        Assert.Equal(new V4l2Config { Device = "/dev/video0", Fourcc = "Y16", ExposureUs = 5000, Gain = 20, WhiteBalanceK = 4600, Focus = 30 }, config.Stations[0].Camera!.V4l2);
    }

    [Fact]
    public void Parse_SeveralFaults_SaysAllOfThem()
    {
        var (_, problems) = ConfigFile.Parse("version: 1\nstations:\n  - nam: a\n    bundle: 3\n    threads: x\nweb: {prt: 1}", "/");

        Assert.Equal(["stations[0].nam", "stations[0].name", "stations[0].threads", "web.prt"], problems.Select(p => p.Key).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("version: [")]
    [InlineData("version: 1\nversion: 1")]
    [InlineData("version: 2\nstations: [{name: a, bundle: b}]")]
    [InlineData("a: &a [1,1]\nb: &b [*a,*a]\nversion: 1")]
    public void Parse_NoConfiguration_IsRefused(string text) => Assert.NotEmpty(ConfigFile.Parse(text, "/").Problems);

    [Fact]
    public void Parse_AliasesThatMultiply_EndsQuickly()
    {
        var bomb = "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"x{i}: &x{i} [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 10))}]\n"));
        var text = bomb + "version: 1\nstations: [{ name: a, bundle: b, regions: *x9 }]";

        Assert.Contains("aliases", Assert.Single(ConfigFile.Parse(text, "/").Problems).Message);
    }

    [Fact]
    public void Parse_AliasAsKey_IsRefused()
    {
        var problem = Assert.Single(ConfigFile.Parse("version: &v 1\n*v : 1\n*w : 2\n", "/").Problems);

        Assert.Equal((2, 1), ((int)problem.Line, (int)problem.Column));
        Assert.Contains("*v", problem.Message);
    }

    [Fact]
    public void Load_Missing_NamesTheFile() =>
        Assert.Contains("/nowhere/edge.yaml", Assert.Throws<ConfigException>(() => ConfigFile.Load("/nowhere/edge.yaml")).Message);

    [Theory]
    [InlineData("-\n{\na")]
    [InlineData("!![")]
    [InlineData("? :")]
    public void Parse_TextThatUpsetsTheYamlReader_IsAProblem(string text) =>
        Assert.Contains("not YAML", Assert.Single(ConfigFile.Parse(text, "/").Problems).Message);

    [Fact]
    public void Parse_PathWithANul_IsAProblem() =>
        Assert.Equal("state", Assert.Single(ConfigFile.Parse(Small + "\nstate: \"a\\0b\"", "/").Problems).Key);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Parse_NestedWithoutEnd_IsAProblem(string level) =>
        Assert.Contains("nested too deeply", Assert.Single(ConfigFile.Parse(string.Concat(Enumerable.Repeat(level, 100_000)), "/").Problems).Message);

    [Fact]
    public void Schema_EveryKeyOfTheExample_IsInIt()
    {
        var schema = JsonNode.Parse(ConfigSchema.Write())!;

        var station = schema["properties"]!["stations"]!["items"]!;
        Assert.Contains("bundle", station["required"]!.AsArray().Select(node => node!.GetValue<string>()));
        Assert.NotNull(station["properties"]!["camera"]!["properties"]!["aravis"]!["properties"]!["exposure_us"]!["minimum"]);
        Assert.False(station["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void Differences_LiveAndOther_AreToldApart()
    {
        var before = ConfigFile.Parse(Small, "/").Config;
        var after = ConfigFile.Parse(Small.Replace("bundle: b", "bundle: c\n    trigger: { deadline_ms: 5, queue: 2 }") + "\nstore: { free_mb: 3 }\nweb: { port: 1 }", "/").Config;

        var (live, restart) = ConfigFields.Differences(before, after);
        var effective = ConfigFields.WithLive(before, after);

        Assert.Equal(["stations[top].bundle", "stations[top].trigger.deadline_ms", "store.free_mb"], live);
        Assert.Equal(["stations[top].trigger.queue", "web.port"], restart);
        Assert.Equal(("/c", 5, 4, 3, 8080),
            (effective.Stations[0].Bundle, effective.Stations[0].Trigger.DeadlineMs, effective.Stations[0].Trigger.Queue, effective.Store.FreeMb, effective.Web.Port));
    }
}
