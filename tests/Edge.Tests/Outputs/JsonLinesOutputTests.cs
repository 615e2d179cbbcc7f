using System.Text.Json;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Service;
using Edge.Testing;

namespace Edge.Tests.Outputs;

public sealed class JsonLinesOutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Telemetry telemetry = new();

    public void Dispose() => folder.Dispose();

    private string PathOf(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public async Task Publish_Result_IsALineOfSnakeCase()
    {
        await Write(new() { Path = PathOf("new/results.jsonl") }, [TestOutputs.Result(7, ResultVerdict.Ng) with { Reason = ResultReason.NoFrame, PartId = "P-1" }]);

        var text = File.ReadAllText(PathOf("new/results.jsonl"));
        Assert.EndsWith("}\n", text);
        var row = JsonDocument.Parse(text).RootElement;
        Assert.Equal((7, "ng", "no_frame", "P-1", "abc", 0.25), (row.GetProperty("id").GetInt64(), row.GetProperty("verdict").GetString(), row.GetProperty("reason").GetString(),
            row.GetProperty("part_id").GetString(), row.GetProperty("bundle_hash").GetString(), row.GetProperty("p_value").GetDouble()));
        Assert.False(row.TryGetProperty("error", out _));
        Assert.Equal(1, telemetry.OutputDelivered.Value("json_lines"));
    }

    [Fact]
    public async Task Publish_NextRun_Appends()
    {
        JsonLinesConfig config = new() { Path = PathOf("results.jsonl") };
        await Write(config, [TestOutputs.Result(1)]);
        await Write(config, [TestOutputs.Result(2)]);

        Assert.Equal([1, 2], Ids(config.Path));
    }

    [Fact]
    public async Task Publish_MoreThanTheFilesHold_KeepsTheNewestInNumberedFiles()
    {
        JsonLinesConfig config = new() { Path = PathOf("results.jsonl"), MaxMb = 1, Keep = 2 };
        var text = new string('x', 100_000);

        await Write(config, [.. Enumerable.Range(1, 47).Select(id => TestOutputs.Result(id, error: text))]);

        // Nine lines of a little more than 100,000 bytes fit into a megabyte: files of 1 to 9, 10 to 18, ...
        Assert.Equal(["results.jsonl", "results.jsonl.1", "results.jsonl.2"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(Range(46, 47), Ids(config.Path));
        Assert.Equal(Range(37, 45), Ids(config.Path + ".1"));
        Assert.Equal(Range(28, 36), Ids(config.Path + ".2"));
    }

    [Fact]
    public async Task Publish_KeepNone_BeginsAnew()
    {
        JsonLinesConfig config = new() { Path = PathOf("results.jsonl"), MaxMb = 1, Keep = 0 };

        await Write(config, [.. Enumerable.Range(1, 11).Select(id => TestOutputs.Result(id, error: new string('x', 100_000)))]);

        Assert.Equal([config.Path], Directory.GetFiles(folder.Path));
        Assert.Equal(Range(10, 11), Ids(config.Path));
    }

    [Fact]
    public async Task Start_HalfALineFromAKilledProcess_IsEnded()
    {
        JsonLinesConfig config = new() { Path = PathOf("results.jsonl") };
        File.WriteAllText(config.Path, "{\"id\":1}\n{\"id\":2,\"ver");

        await Write(config, [TestOutputs.Result(3)]);

        var lines = File.ReadAllLines(config.Path);
        Assert.Equal("{\"id\":2,\"ver", lines[1]);
        Assert.Equal(3, JsonDocument.Parse(lines[2]).RootElement.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Publish_FileMovedAway_BeginsANewOne()
    {
        JsonLinesConfig config = new() { Path = PathOf("results.jsonl") };
        await using var output = Started(config);
        output.Publish(TestOutputs.Result(1));
        await TestOutputs.Flushed(output);
        File.Move(config.Path, PathOf("moved"));

        output.Publish(TestOutputs.Result(2));
        await TestOutputs.Flushed(output);

        Assert.Equal([1], Ids(PathOf("moved")));
        Assert.Equal([2], Ids(config.Path));
    }

    [Fact]
    public void Start_PathIsAFolder_IsRefused()
    {
        Directory.CreateDirectory(PathOf("results.jsonl"));
        var output = new JsonLinesOutput(new() { Path = PathOf("results.jsonl") }, TestOutputs.Context());

        Assert.Contains("outputs.json_lines.path", Assert.Throws<ConfigException>(() => output.Start(null!)).Message);
    }

    [TmpfsFact]
    public async Task Publish_DiskFull_CountsWhatItLosesAndGoesOnByItself()
    {
        Assert.Null(Tool.Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.Path));
        try
        {
            JsonLinesConfig config = new() { Path = PathOf("results.jsonl") };
            await using var output = Started(config);
            output.Publish(TestOutputs.Result(1));
            await TestOutputs.Flushed(output);
            Fill(PathOf("other"));

            // A disk gives whole pages, so some fit yet. Then one result is in hand, a thousand wait, and the oldest of the others are lost.
            const int published = 1200;
            for (var id = 2; id <= 30; id++)
                output.Publish(TestOutputs.Result(id, error: "a text so that a page is soon full"));
            await Wait.Until(() => output.Fault is not null, "a fault");
            for (var id = 31; id <= published; id++)
                output.Publish(TestOutputs.Result(id, error: "a text so that a page is soon full"));
            Assert.Equal(1001, output.Pending);
            Assert.Contains("No space left", output.Fault);
            Assert.Contains("results.jsonl", output.Fault);
            Assert.Equal(published - 1001, telemetry.OutputDelivered.Value("json_lines") + telemetry.OutputDropped.Value("json_lines"));
            Assert.True(telemetry.OutputDropped.Value("json_lines") > 0);

            File.Delete(PathOf("other"));
            await TestOutputs.Flushed(output);

            Assert.Null(output.Fault);
            var ids = Ids(config.Path);
            Assert.Equal(telemetry.OutputDelivered.Value("json_lines"), ids.Count);
            Assert.Equal(published, ids.Count + telemetry.OutputDropped.Value("json_lines"));
            Assert.Equal(ids.Order(), ids);
            Assert.Equal(Range(published - 999, published), ids.TakeLast(1000));
        }
        finally
        {
            Assert.Null(Tool.Run("umount", folder.Path));
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>((Action)(() =>
        {
            while (true)
                file.Write(new byte[4096]);
        }));
    }

    private static IEnumerable<long> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(id => (long)id);

    private static List<long> Ids(string path) => [.. File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt64())];

    private JsonLinesOutput Started(JsonLinesConfig config)
    {
        var output = new JsonLinesOutput(config, TestOutputs.Context(telemetry));
        output.Start(null!);
        return output;
    }

    private async Task Write(JsonLinesConfig config, IReadOnlyList<PartResult> results)
    {
        await using var output = Started(config);
        foreach (var result in results)
            output.Publish(result);
        await TestOutputs.Flushed(output);
    }
}
