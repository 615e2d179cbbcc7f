using System.Text.Json;
using Edge.CommandLine;
using Edge.Testing;

namespace Edge.Bench.Tests.Cover;

public sealed class CoverBenchTests : IDisposable
{
    private readonly StringWriter output = new(), error = new();
    private readonly TinyBundle tiny = new();
    private Func<string, SubjectOptions, ISubject> open = InspectorSubject.Open;

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Cover_TinyBundle_EachShareOfEachKindIsNg()
    {
        tiny.Pictures("good", 7, 4);

        Assert.Equal(0, Run("--bundle", tiny.Folder, "--data", tiny.At("good"), "--profiles", "levels", "--json"));

        AllAreFound(4, "tiny");
    }

    [Fact]
    public void Cover_Brick_EachShareOfEachKindIsNg()
    {
        Assert.Equal(0, Run("--bundle", Repository.Brick, "--data", Path.Combine(Repository.Brick, "samples"), "--profiles", "default", "--json"));

        AllAreFound(8, "brick");
    }

    [Fact]
    public void Cover_Table_HasARowAProfileAndKind()
    {
        open = (_, options) => new BrightnessSubject(options, []);
        using var set = new TestSet();

        Assert.Equal(0, Run("--bundle", "b", "--data", set.Folder));

        var lines = output.ToString().Split('\n');
        Assert.Contains("5 %", lines.Single(line => line.Contains("as they are")));
        // Brightness finds no dark stain, and the blind profile nothing at all.
        Assert.Equal(6, lines.Count(line => line.Contains("0/4")));
        Assert.Single(lines, line => line.Contains("bright") && line.Contains("stain") && line.Split("0/4").Length == 6);
    }

    [Fact]
    public void Cover_ManyPictures_TakesTwelveSpreadEvenly()
    {
        open = (_, options) => new BrightnessSubject(options, []);
        using var set = new TestSet(good: 25);

        Assert.Equal(0, Run("--bundle", "b", "--data", set.Folder, "--profiles", "bright", "--json"));

        Assert.Equal(12, Row().GetProperty("pictures").GetInt32());
    }

    [Fact]
    public void Cover_NoPictures_ExitsTwo()
    {
        Assert.Equal(2, Run("--bundle", tiny.Folder, "--data", tiny.At("nowhere")));
        Assert.Contains("no such folder", error.ToString());
        Assert.Empty(output.ToString());
    }

    private void AllAreFound(int pictures, string bundle)
    {
        var row = Row();
        Assert.Equal((bundle, pictures, 0), (row.GetProperty("bundle").GetString(), row.GetProperty("pictures").GetInt32(), row.GetProperty("rejected").GetInt32()));
        var steps = row.GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(["stain", "foreign", "blur"], steps.Select(step => step.GetProperty("kind").GetString()).Distinct());
        Assert.Equal([0.05, 0.2, 0.6, 1], steps.Take(4).Select(step => step.GetProperty("share").GetDouble()));
        Assert.All(steps, step => Assert.True(step.GetProperty("found").GetInt32() == pictures, step.ToString()));
    }

    private JsonElement Row() => JsonDocument.Parse(output.ToString()).RootElement;

    private int Run(params string[] args) => CommandHost.Run(new BenchProgram(open).Commands(), ["cover", .. args], output, error).GetAwaiter().GetResult();
}
