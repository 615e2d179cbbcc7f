using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public sealed class GoldenSamplesTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData("levels")]
    [InlineData("rebuild")]
    public void Check_SameMachine_AgreesToTheBit(string profile)
    {
        var scores = GoldenSamples.Check(Bundle.Load(tiny.Folder), profile, TinyBundle.Cpu);

        Assert.Equal(["golden/good_0.png", "golden/good_1.png"], scores.Select(score => score.Sample));
        Assert.All(scores, score => Assert.True(score.Agrees));
        Assert.All(scores, score => Assert.Equal(score.Expected, score.Score));
    }

    [Fact]
    public void Expect_AsInspected_IsTheScoreOfTheSample()
    {
        var bundle = Bundle.Load(tiny.Folder);
        using var inspector = Opened.Inspector(bundle);

        var samples = GoldenSamples.Expect(bundle);

        Assert.Equal(bundle.GoldenSamplePaths.Select(path => inspector.Inspect(path).Score), samples.Select(sample => sample.Scores["levels"]));
        Assert.All(samples, sample => Assert.Equal(["levels", "rebuild"], sample.Scores.Keys.Select(key => key.ToString()).Order()));
    }

    [Fact]
    public void Check_Int8_TakesItsOwnExpectedScore()
    {
        tiny.AddInt8();
        var bundle = Bundle.Load(tiny.Folder);
        Assert.Equal(["levels", "levels:int8", "rebuild"], bundle.Manifest.GoldenSamples[0].Scores.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal));
        Assert.Contains("    levels:int8: ", File.ReadAllText(tiny.ManifestPath));
        bundle.Manifest.GoldenSamples[0].Scores["levels"] *= 2;

        Assert.All(GoldenSamples.Check(bundle, "levels:int8", TinyBundle.Cpu), score => Assert.Equal((Precision.Int8, true), (score.Precision, score.Agrees)));
        Assert.False(GoldenSamples.Check(bundle, "levels", TinyBundle.Cpu)[0].Agrees);
    }

    [Fact]
    public void Check_ScoreOfInt8Missing_NamesTheField()
    {
        tiny.AddInt8();
        tiny.EditManifest(text => text.Replace("    levels:int8:", "    other:int8:"));

        var fault = Assert.Throws<BundleException>(() => GoldenSamples.Check(Bundle.Load(tiny.Folder), "levels:int8", TinyBundle.Cpu));

        Assert.Contains("golden_samples[0].scores.levels:int8", fault.Message);
    }

    [Fact]
    public void Check_ScoreOfAProfileMissing_NamesTheField()
    {
        tiny.EditManifest(text => text.Replace("    rebuild:", "    other:"));

        var fault = Assert.Throws<BundleException>(() => GoldenSamples.Check(Bundle.Load(tiny.Folder), "rebuild", TinyBundle.Cpu));

        Assert.Contains("golden_samples[0].scores.rebuild", fault.Message);
    }

    [Fact]
    public void Check_NoSamples_IsNoProof()
    {
        tiny.EditManifest(text => text[..text.IndexOf("golden_samples:", StringComparison.Ordinal)] + text[text.IndexOf("golden_tolerance:", StringComparison.Ordinal)..]);

        Assert.Contains("golden_samples is empty", Assert.Throws<BundleException>(() => GoldenSamples.Check(Bundle.Load(tiny.Folder), "levels")).Message);
    }

    [Theory]
    [InlineData(100, 101, true)]
    [InlineData(100, 99, true)]
    [InlineData(100, 101.1, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, 1e-9, false)]
    [InlineData(100, double.NaN, false)]
    public void Agrees_OnePercent_IsRelativeToTheExpected(double expected, double score, bool agrees) =>
        Assert.Equal(agrees, new GoldenScore("s", "p", Precision.Fp32, expected, score, 0.01).Agrees);
}
