using Edge.Runtime.Inspection;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Service;

/// <summary>A line without cameras: what it is made of and how it changes.</summary>
public sealed class LineTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly string config;

    public LineTests()
    {
        config = tiny.At("edge.yaml");
        Write("profile: levels");
    }

    public void Dispose() => tiny.Dispose();

    [Fact]
    public async Task Post_DefectAndNormal_GetTheVerdictsOfTheInspector()
    {
        await using var line = Started();

        var good = await Inspect(line, tiny.NormalPaths[0]);
        var bad = await Inspect(line, tiny.DefectPath);

        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        Assert.Equal((ResultVerdict.Ng, ResultReason.Defect, inspector.Inspect(tiny.DefectPath).Score), (bad.Result.Verdict, bad.Result.Reason, bad.Result.Score));
        Assert.Equal((ResultVerdict.Ok, ResultReason.Good), (good.Result.Verdict, good.Result.Reason));
        Assert.Equal(bad.Width * bad.Height, bad.Map.Length);
        Assert.True(bad.Result.Id > good.Result.Id);
        Assert.Equal(0, line.Find("top")!.State().Results.Values.Sum());
    }

    [Fact]
    public async Task Post_PictureThatIsTooSmall_FailsAndTheNextIsInspected()
    {
        await using var line = Started();
        var frame = new CapturedFrame();
        frame.Resize(1, 1, 1, 1);

        await Assert.ThrowsAsync<PictureException>(() => line.Find("top")!.Post(frame)!.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.NotNull(await Inspect(line, tiny.DefectPath));
    }

    [Fact]
    public async Task SetThreshold_SurvivesAStart_AndGoesWithTheBundle()
    {
        double set;
        await using (var line = Started())
        {
            var score = (await Inspect(line, tiny.DefectPath)).Result.Score!.Value;
            set = Math.Ceiling(score) + 1;
            line.SetThreshold(line.Find("top")!, set);
            Assert.Equal(ResultVerdict.Ok, (await Inspect(line, tiny.DefectPath)).Result.Verdict);
        }

        await using (var again = Started())
        {
            Assert.Equal((set, "operator"), (again.State().Stations[0].Threshold, again.State().Stations[0].ThresholdSource));
            again.SetThreshold(again.Find("top")!, null);
            Assert.Equal("bundle", again.State().Stations[0].ThresholdSource);
            Assert.Equal(ResultVerdict.Ng, (await Inspect(again, tiny.DefectPath)).Result.Verdict);
            again.SetThreshold(again.Find("top")!, set);
        }

        Write("profile: rebuild");
        await using var other = Started();
        Assert.Equal("bundle", other.State().Stations[0].ThresholdSource);
    }

    [Fact]
    public async Task Reload_Precision_IsUsedFromTheNextPart()
    {
        tiny.AddInt8();
        await using var line = Started();
        Assert.Equal(Precision.Fp32, line.State().Stations[0].Precision);
        line.SetThreshold(line.Find("top")!, 1e6);
        Write("profile: levels\n    precision: int8");

        var outcome = line.Reload();

        Assert.Equal(["stations[top].precision"], outcome.Applied);
        var result = (await Inspect(line, tiny.DefectPath)).Result;
        Assert.Equal(("levels", Precision.Int8), (result.Profile, result.Precision));
        // The threshold that was set for fp32 means nothing here.
        Assert.Equal(ResultVerdict.Ng, result.Verdict);
        Assert.Equal((Precision.Int8, "bundle"), (line.State().Stations[0].Precision, line.State().Stations[0].ThresholdSource));
    }

    [Fact]
    public async Task Reload_LiveKeys_AreUsedFromTheNextPart()
    {
        await using var line = Started();
        Write("profile: levels\n    threshold: 1e6");

        var outcome = line.Reload();

        Assert.Null(outcome.Error);
        Assert.Equal(["stations[top].threshold"], outcome.Applied);
        Assert.Empty(outcome.NeedRestart);
        var result = (await Inspect(line, tiny.DefectPath)).Result;
        Assert.Equal((ResultVerdict.Ok, 1e6), (result.Verdict, result.Threshold));
    }

    [Theory]
    [InlineData("profile: levels\n    thresold: 3", "did you mean 'threshold'")]
    [InlineData("profile: nosuch", "no profile 'nosuch'")]
    [InlineData("profile: levels\n    precision: int8", "'levels' has no int8; no profile has it")]
    [InlineData("profile: levels\n    precision: int4", "'int4' is not one of fp32, int8")]
    [InlineData("profile: levels\n    ignore_mask: nosuch.png", "nosuch.png")]
    public async Task Reload_AnythingWrong_ChangesNothingAndSaysWhy(string station, string why)
    {
        await using var line = Started();
        var before = line.State().Stations[0];
        Write(station);

        var outcome = line.Reload();

        Assert.Contains(why, outcome.Error);
        Assert.Contains(line.State().Warnings, warning => warning.Contains("reload refused"));
        Assert.Equal((before.Profile, before.Threshold), (line.State().Stations[0].Profile, line.State().Stations[0].Threshold));
        Assert.Equal(ResultVerdict.Ng, (await Inspect(line, tiny.DefectPath)).Result.Verdict);

        Write("profile: levels");
        Assert.Null(line.Reload().Error);
        Assert.DoesNotContain(line.State().Warnings, warning => warning.Contains("reload refused"));
    }

    [Fact]
    public async Task Reload_KeysThatNeedARestart_AreNamedAndLeft()
    {
        await using var line = Started();
        File.AppendAllText(config, "name: other\n");

        var outcome = line.Reload();

        Assert.Equal(["name"], outcome.NeedRestart);
        Assert.Equal(["name"], line.State().NeedRestart);
        Assert.Equal("edge", line.State().Box);
    }

    [Fact]
    public async Task Reload_BundleReplaced_IsTaken_AndABrokenOneIsNot()
    {
        await using var line = Started();
        var before = line.State().Stations[0].BundleHash;

        tiny.EditManifest(text => System.Text.RegularExpressions.Regex.Replace(text, "(?m)^version: ", "version: x"));
        var outcome = line.Reload();
        await Inspect(line, tiny.DefectPath);

        Assert.Null(outcome.Error);
        Assert.NotEqual(before, line.State().Stations[0].BundleHash);
        var taken = line.State().Stations[0].BundleHash;
        File.Delete(Directory.GetFiles(tiny.Folder, "*.onnx")[0]);
        Assert.NotNull(line.Reload().Error);
        Assert.Equal(taken, line.State().Stations[0].BundleHash);
        Assert.Equal(ResultVerdict.Ng, (await Inspect(line, tiny.DefectPath)).Result.Verdict);
    }

    [Fact]
    public void Create_GoldenSampleThatDoesNotAgree_IsRefused()
    {
        // Ten times the score it must have.
        tiny.EditManifest(text => System.Text.RegularExpressions.Regex.Replace(text, @"(levels: )([0-9.]+)", match =>
            match.Groups[1].Value + (double.TryParse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture, out var score) ? (score * 10).ToString(System.Globalization.CultureInfo.InvariantCulture) : match.Groups[2].Value)));

        Assert.Contains("golden sample", Assert.Throws<BundleException>(() => Line.Create(config, ConfigFile.Load(config), NullLoggerFactory.Instance)).Message);
    }

    [Fact]
    public async Task Create_StateFolderInUse_IsRefused()
    {
        await using var line = Started();

        Assert.Contains("state", Assert.Throws<ConfigException>(() => Line.Create(config, ConfigFile.Load(config), NullLoggerFactory.Instance)).Message);
    }

    [Fact]
    public async Task State_AfterStop_IsNotReady()
    {
        await using var line = Started();
        Assert.True(line.State().Ready);

        await line.Stop();

        Assert.False(line.State().Ready);
        Assert.Null(line.Find("top")!.Post(new CapturedFrame()));
    }

    [Fact]
    public async Task Start_SeveralCamerasAndBundles_EachStationAnswersItsOwn()
    {
        using var other = new TinyBundle();
        other.EditManifest(text => System.Text.RegularExpressions.Regex.Replace(text, "(?m)^id: .*$", "id: other"));
        tiny.Pictures("left", 1, 5);
        tiny.Pictures("right", 2, 7);
        File.WriteAllText(config, $"""
            version: 1
            threads: 1
            web: {"{"} port: 0 {"}"}
            outputs: {"{"} json_lines: {"{"} path: results.jsonl {"}"} {"}"}
            stations:
              - {"{"} name: left, bundle: {tiny.Folder}, profile: levels, camera: {"{"} folder: {"{"} path: left, settle_ms: 0 {"}"} {"}"} {"}"}
              - {"{"} name: right, bundle: {other.Folder}, profile: rebuild, camera: {"{"} folder: {"{"} path: right, settle_ms: 0 {"}"} {"}"} {"}"}
            """);

        await using (var line = Started())
            await Wait.Until(() => line.State().Stations.Sum(station => station.Results.Values.Sum()) == 12, "all twelve pictures");

        var results = File.ReadLines(tiny.At("results.jsonl")).Select(text => System.Text.Json.JsonDocument.Parse(text).RootElement).ToList();
        Assert.Equal(12, results.Select(result => result.GetProperty("id").GetInt64()).Distinct().Count());
        Assert.Equal(5, results.Count(result => Is(result, "left", "tiny", "levels")));
        Assert.Equal(7, results.Count(result => Is(result, "right", "other", "rebuild")));

        static bool Is(System.Text.Json.JsonElement result, string station, string bundle, string profile) =>
            (result.GetProperty("station").GetString(), result.GetProperty("bundle").GetString(), result.GetProperty("profile").GetString()) == (station, bundle, profile);
    }

    private void Write(string station) =>
        File.WriteAllText(config, $"version: 1\nthreads: 1\nweb: {{ port: 0 }}\nstations:\n  - name: top\n    bundle: {tiny.Folder}\n    device: cpu\n    {station}\n");

    private Line Started()
    {
        var line = Line.Create(config, ConfigFile.Load(config), NullLoggerFactory.Instance);
        line.Start();
        return line;
    }

    private static async Task<PostedResult> Inspect(Line line, string path)
    {
        using var picture = PictureFile.Read(path);
        var frame = new CapturedFrame();
        frame.Copy(picture.AsFrame());
        return await line.Find("top")!.Post(frame)!.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
