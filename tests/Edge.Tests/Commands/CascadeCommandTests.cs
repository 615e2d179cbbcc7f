using Edge.Runtime.Bundles;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class CascadeCommandTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public CascadeCommandTests() => tiny.AddCascade(0.01, 0.5);

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Show_Json_SaysExpectedAndWorstEvaluations()
    {
        var share = Bundle.Load(tiny.Folder).Profile("cascade").Cascade!.Borderline;

        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder, "--json"));

        var facts = edge.Rows[0].GetProperty("profiles").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "cascade");
        // One evaluation of "levels", two of "rebuild".
        Assert.Equal(1 + 2 * share, facts.GetProperty("evaluations").GetDouble(), 1e-12);
        Assert.Equal(3, facts.GetProperty("worst_evaluations").GetInt32());
        Assert.Equal("cascade", facts.GetProperty("method").GetString());
        Assert.Equal("rebuild", facts.GetProperty("cascade").GetProperty("then").GetString());
    }

    [Fact]
    public void Show_Table_SaysBoth()
    {
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));
        Assert.Contains(", worst 3", edge.Output);
    }

    [Fact]
    public void Inspect_Json_SaysWhichProfileDecided()
    {
        // "rebuild" of the tiny network is no judge of defects, so either code will do.
        Assert.InRange(edge.Run("inspect", "--bundle", tiny.Folder, "--profile", "cascade", "--json", tiny.DefectPath, tiny.NormalPaths[0]), 0, 1);
        // The first's p of the defect is 1/25, which is borderline.
        Assert.Equal("rebuild", edge.Rows[0].GetProperty("decided_by").GetString());
        Assert.Equal("cascade", edge.Rows[0].GetProperty("profile").GetString());
    }

    [Fact]
    public void Inspect_NoCascade_SaysNothingOfIt()
    {
        Assert.Equal(1, edge.Run("inspect", "--bundle", tiny.Folder, "--json", tiny.DefectPath));
        Assert.False(edge.Rows[0].TryGetProperty("decided_by", out _));
    }

    [Theory]
    [InlineData("levels,rebuild,cascade", "levels", "rebuild", "cascade")]
    [InlineData("cascade,levels", "levels", "cascade")]
    [InlineData("rebuild", "rebuild", "cascade")]
    [InlineData("cascade", "cascade")]
    public void Calibrate_Some_RecalibratesTheCascadeAfterThem(string asked, params string[] done)
    {
        tiny.Pictures("new", 5, 30);
        var before = Bundle.Load(tiny.Folder);

        Assert.Equal(0, edge.Run("calibrate", "--bundle", tiny.Folder, "--data", tiny.At("new"), "--profiles", asked, "--json"));

        Assert.Equal(done, edge.Rows.Select(row => row.GetProperty("profile").GetString()));
        var after = Bundle.Load(tiny.Folder);
        Assert.Equal(30, after.Profile("cascade").Calibration.Scores.Count);
        Assert.NotEqual(before.Profile("cascade").Calibration.Scores, after.Profile("cascade").Calibration.Scores);
        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder));
    }

    [Fact]
    public void Calibrate_Add_KeepsTheOldScores()
    {
        tiny.Pictures("new", 5, 30);
        var before = Bundle.Load(tiny.Folder).Profile("cascade").Calibration.Scores;

        Assert.Equal(0, edge.Run("calibrate", "--bundle", tiny.Folder, "--data", tiny.At("new"), "--add"));

        var after = Bundle.Load(tiny.Folder).Profile("cascade");
        Assert.Equal(before.Count + 30, after.Calibration.Scores.Count);
        Assert.Empty(before.Except(after.Calibration.Scores));
        Assert.InRange(after.Cascade!.Borderline, 0.1, 1);
    }
}
