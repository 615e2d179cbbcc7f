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
    public void Cover_TinyBundle_PicturesCoveredWhollyAreNg()
    {
        tiny.Pictures("good", 7, 4);

        Assert.Equal(0, Run("--bundle", tiny.Folder, "--data", tiny.At("good"), "--profiles", "levels", "--json"));

        AreFound(4, Steps(4, "tiny").Where(step => step.GetProperty("share").GetDouble() == 1));
    }

    [Fact]
    public void Cover_Brick_StainsAndForeignTexturesOfEachShareAreNg()
    {
        Assert.Equal(0, Run("--bundle", Repository.Brick, "--data", Path.Combine(Repository.Brick, "golden"), "--profiles", "default", "--json"));

        // Bricks have smooth places of their own, so that a blur is found for certain only where it covers all.
        AreFound(3, Steps(3, "brick").Where(step => step.GetProperty("kind").GetString() != "blur" || step.GetProperty("share").GetDouble() == 1));
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

    /// <summary>The steps of a row whose pictures are good as they are: three kinds of four shares.</summary>
    private JsonElement[] Steps(int pictures, string bundle)
    {
        var row = Row();
        Assert.Equal(bundle, row.GetProperty("bundle").GetString());
        Assert.Equal((pictures, 0), (row.GetProperty("pictures").GetInt32(), row.GetProperty("rejected").GetInt32()));
        JsonElement[] steps = [.. row.GetProperty("steps").EnumerateArray()];
        Assert.Equal(["stain", "foreign", "blur"], steps.Select(step => step.GetProperty("kind").GetString()).Distinct());
        Assert.Equal([0.05, 0.2, 0.6, 1], steps.Take(4).Select(step => step.GetProperty("share").GetDouble()));
        return steps;
    }

    private static void AreFound(int pictures, IEnumerable<JsonElement> steps) =>
        Assert.All(steps, step => Assert.True(step.GetProperty("found").GetInt32() == pictures, step.ToString()));

    private JsonElement Row() => JsonDocument.Parse(output.ToString()).RootElement;

    private int Run(params string[] args) =>
        CommandHost.Run(new BenchProgram(open).Commands(), ["cover", .. args], output, error).GetAwaiter().GetResult();
}
