using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class BundleCommandTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Verify_Sound_ExitsZeroWithALineASampleAndProfile()
    {
        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder, "--json"));

        Assert.Equal(4, edge.Rows.Length);
        foreach (var row in edge.Rows)
        {
            Assert.True(row.GetProperty("agrees").GetBoolean());
            Assert.Equal(row.GetProperty("expected").GetDouble(), row.GetProperty("score").GetDouble());
            Assert.Equal(0.01, row.GetProperty("tolerance").GetDouble());
            Assert.StartsWith("golden/good_", row.GetProperty("sample").GetString());
        }
        Assert.Equal(["levels", "levels", "rebuild", "rebuild"], edge.Rows.Select(row => row.GetProperty("profile").GetString()));
    }

    [Fact]
    public void Verify_ExpectedScoreChanged_ExitsThreeAndNamesTheSample()
    {
        ChangeExpectedScore(1.02);

        Assert.Equal(3, edge.Run("verify", "--bundle", tiny.Folder));

        Assert.Contains("1 of 4 golden scores are wrong: golden/good_1.png", edge.Error);
        Assert.Contains("wrong", edge.Output);
    }

    [Fact]
    public void Verify_WithinTolerance_ExitsZero()
    {
        ChangeExpectedScore(1.005);
        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder));
    }

    [Fact]
    public void Check_Sound_IsOneLine()
    {
        Assert.Equal(0, edge.Run("bundle", "check", tiny.Folder));
        Assert.Contains("sound: tiny 1, 2 profiles, 4 golden scores agree", Assert.Single(edge.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Check_Damaged_ExitsThreeWithOneLine()
    {
        File.AppendAllText(Path.Combine(tiny.Folder, "features.onnx"), "x");

        Assert.Equal(3, edge.Run("bundle", "check", tiny.Folder));

        Assert.Empty(edge.Output);
        Assert.Contains("features.onnx", Assert.Single(edge.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Check_DamagedJson_SaysErrorInJson()
    {
        ChangeExpectedScore(2);

        Assert.Equal(3, edge.Run("bundle", "check", tiny.Folder, "--json"));

        var row = Assert.Single(edge.Rows);
        Assert.Equal("error", row.GetProperty("verdict").GetString());
        Assert.Contains("golden", row.GetProperty("error").GetString());
    }

    [Fact]
    public void Check_NetworkOfAnotherBundle_ExitsThree()
    {
        tiny.EditManifest(text => text.Replace("beta_end: 0.02", "beta_end: 0.03"));

        Assert.Equal(3, edge.Run("bundle", "check", tiny.Folder));

        Assert.Contains("edge.beta_end", edge.Error);
    }

    [Fact]
    public void Show_Json_IsOneObject()
    {
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder, "--json"));

        var bundle = Bundle.Load(tiny.Folder);
        var row = Assert.Single(edge.Rows);
        Assert.Equal("tiny", row.GetProperty("id").GetString());
        Assert.Equal("1", row.GetProperty("version").GetString());
        Assert.Equal(bundle.Hash, row.GetProperty("hash").GetString());
        Assert.Equal("levels", row.GetProperty("default_profile").GetString());
        Assert.Equal(300, row.GetProperty("network").GetProperty("t_max").GetInt32());
        Assert.Equal(2, row.GetProperty("golden_samples").GetInt32());
        var profiles = row.GetProperty("profiles").EnumerateArray().ToArray();
        Assert.Equal([("levels", 1, true), ("rebuild", 4, false)], profiles.Select(profile => (profile.GetProperty("name").GetString()!,
            profile.GetProperty("evaluations").GetInt32(), profile.GetProperty("default").GetBoolean())));
        Assert.Equal(19, profiles[0].GetProperty("calibration_pictures").GetInt32());
        Assert.Equal(1.0 / 20, profiles[0].GetProperty("smallest_alpha").GetDouble());
        Assert.Equal(new ConformalScores(bundle.Profile("levels").Calibration).Threshold(0.05), profiles[0].GetProperty("threshold").GetDouble());
        Assert.Equal("noiseless", profiles[0].GetProperty("readings")[0].GetProperty("t_scales").GetProperty("mode").GetString());
        Assert.Equal(50, profiles[1].GetProperty("readings")[0].GetProperty("reconstruction").GetProperty("sampler").GetProperty("start_t").GetInt32());
        Assert.Equal("brightness", profiles[0].GetProperty("gate")[0].GetProperty("statistic").GetString());
    }

    [Fact]
    public void Show_Int8_IsARowOfItsOwnBesideTheProfile()
    {
        tiny.AddInt8();

        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder, "--json"));

        Assert.Equal([("levels", "fp32", true), ("levels", "int8", false), ("rebuild", "fp32", false)],
            Assert.Single(edge.Rows).GetProperty("profiles").EnumerateArray().Select(profile =>
                (profile.GetProperty("name").GetString()!, profile.GetProperty("precision").GetString()!, profile.GetProperty("default").GetBoolean())));
    }

    [Fact]
    public void Show_PlanesOfNetworksOfTheirOwn_NamesThem()
    {
        tiny.AddPlanes(int8: true);

        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));

        Assert.Contains("networks for log_odds, memory", edge.Output);
        Assert.Contains("frozen features", edge.Output);
        Assert.Contains("one number a row", edge.Output);
        Assert.Contains("log-odds, widths 2; memory, widths 2", edge.Output);
    }

    [Fact]
    public void Verify_Int8_IsCheckedBesideFp32()
    {
        tiny.AddInt8();

        Assert.Equal(0, edge.Run("verify", "--bundle", tiny.Folder, "--json"));

        Assert.Equal(["levels fp32", "levels int8", "rebuild fp32"], edge.Rows.Select(row => $"{row.GetProperty("profile").GetString()} {row.GetProperty("precision").GetString()}").Distinct());
    }

    [Fact]
    public void Show_Table_NamesProfilesAndHash()
    {
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));
        Assert.Contains("levels *", edge.Output);
        Assert.Contains("rebuild", edge.Output);
        Assert.Contains(Bundle.Load(tiny.Folder).Hash, edge.Output);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    public void Bundle_FutureSchema_ExitsThree(string verb)
    {
        tiny.EditManifest(text => text.Replace($"schema_version: {BundleManifest.CurrentSchema}", $"schema_version: {BundleManifest.CurrentSchema + 1}"));
        Assert.Equal(3, edge.Run("bundle", verb, tiny.Folder));
        Assert.Contains($"schema_version {BundleManifest.CurrentSchema + 1}", edge.Error);
    }

    private void ChangeExpectedScore(double factor)
    {
        var bundle = Bundle.Load(tiny.Folder);
        List<GoldenSample> samples = [.. bundle.Manifest.GoldenSamples];
        samples[1] = samples[1] with { Scores = new() { ["levels"] = samples[1].Scores["levels"], ["rebuild"] = samples[1].Scores["rebuild"] * factor } };
        BundleWriter.Save(bundle.Manifest with { GoldenSamples = samples }, bundle.Profiles.ToDictionary(key => key, bundle.Profile), tiny.Folder);
    }
}
