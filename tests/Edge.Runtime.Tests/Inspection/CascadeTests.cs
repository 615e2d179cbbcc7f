using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public sealed class CascadeTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(20, 2)]
    [InlineData(30, 2.5)]
    [InlineData(10, 1)]
    [InlineData(40, 3)]
    [InlineData(5, 0.5)]
    [InlineData(80, 6)]
    [InlineData(0, 0)]
    public void OnFirstScale_AsManyScores_IsTheScoreOfEqualRank(float score, float expected) =>
        Assert.Equal(expected, Of([1, 2, 3], [10, 20, 40]).OnFirstScale(score));

    [Theory]
    [InlineData(10, 2)]
    [InlineData(15, 3)]
    [InlineData(20, 4)]
    [InlineData(5, 1)]
    [InlineData(40, 8)]
    public void OnFirstScale_FewerScores_KeepsTheShareBelow(float score, float expected) =>
        // The k-th of 2 stands at k / 3, which of 5 scores is the rank 2 k.
        Assert.Equal(expected, Of([1, 2, 3, 4, 5], [10, 20]).OnFirstScale(score));

    [Fact]
    public void OnFirstScale_AnyScore_HasThePValueTheSecondGivesIt()
    {
        var random = new Random(4);
        float[] first = Drawn(random, 50), then = Drawn(random, 50);
        var cascade = Of(first, then);
        for (var i = 0; i < 500; i++)
        {
            var score = 1.5f * random.NextSingle();
            Assert.Equal(ConformalThreshold.PValue(then, score), ConformalThreshold.PValue(first, cascade.OnFirstScale(score)));
        }
    }

    [Fact]
    public void OnFirstScale_Ties_NeverFalls()
    {
        var cascade = Of([1, 2, 2, 3, 4], [10, 20, 20, 20, 30]);
        var last = -1f;
        for (var score = 0f; score < 50; score += 0.25f)
        {
            Assert.True(cascade.OnFirstScale(score) >= last);
            last = cascade.OnFirstScale(score);
        }
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(91, true)]
    [InlineData(90, false)]
    [InlineData(1, false)]
    public void IsBorderline_NinetyNineScores_IncludesBothBounds(float score, bool expected) =>
        // p is 1/100 above all of 1..99, 10/100 at 91 and 11/100 at 90.
        Assert.Equal(expected, Of([.. Enumerable.Range(1, 99).Select(i => (float)i)], [1, 2]).IsBorderline(score));

    [Fact]
    public void Calibrate_ManyDraws_RejectsNormalsAtTheRateAskedFor()
    {
        const int n = 39, fresh = 20, draws = 3000;
        const double alpha = 0.05;
        var random = new Random(11);
        string[] names = [.. Enumerable.Range(0, n).Select(i => $"{i}")];
        var settings = new Profile { Cascade = new CascadeSettings { First = "a", Then = "b", From = 0.01, To = 0.2 } };
        var rejected = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var pictures = Enumerable.Range(0, n + fresh).Select(_ => Pair(random)).ToArray();
            ProfileScores first = Scores([.. pictures.Take(n).Select(p => p.First)]), then = Scores([.. pictures.Take(n).Select(p => p.Then)]);
            var profile = Calibrator.Calibrate(settings, first, then, names, "test");
            var cascade = new Cascade(profile.Cascade!, first.Profile, then.Profile);
            var threshold = ConformalThreshold.Threshold([.. profile.Calibration.Scores], alpha);
            rejected += pictures.Skip(n).Count(p => ConformalThreshold.IsDefect(cascade.IsBorderline(p.First) ? cascade.OnFirstScale(p.Then) : p.First, threshold));
        }

        // 2 of 40 is the rate itself. A calibration's own rate deviates by 0.034, so the mean of 3000 by 0.0006, and 60000 verdicts by 0.0009.
        Assert.InRange(rejected / (double)(draws * fresh), alpha - 0.005, alpha + 0.005);
    }

    [Fact]
    public void Calibrate_OutliersOfEither_AreLeftOutAndNamed()
    {
        float[] scores = [1, 2, 3, 4, 5, 6];
        var profile = Calibrator.Calibrate(new Profile { Cascade = new CascadeSettings { First = "a", Then = "b", From = 0, To = 0 } },
            Scores(scores) with { Outliers = [5] }, Scores(scores) with { Outliers = [0, 5] }, ["p0", "p1", "p2", "p3", "p4", "p5"], "test");

        Assert.Equal([2, 3, 4, 5], profile.Calibration.Scores);
        Assert.Equal(["p5", "p0"], profile.Calibration.SetAside.Select(aside => aside.Picture));
        Assert.Equal(0, profile.Cascade!.Borderline);
    }

    [Fact]
    public void Calibrate_EveryPictureBorderline_CostsBoth()
    {
        tiny.AddCascade(0, 1);
        var bundle = Bundle.Load(tiny.Folder);

        Assert.Equal(1, bundle.Profile("cascade").Cascade!.Borderline);
        // One level, and a reconstruction from t = 50 in steps of 25: two.
        Assert.Equal((3, 3), (bundle.Evaluations("cascade"), bundle.WorstEvaluations("cascade")));
        Assert.Equal((1, 1), (bundle.Evaluations("levels"), bundle.WorstEvaluations("levels")));
    }

    [Fact]
    public void Inspect_NotBorderline_IsTheVerdictOfTheFirst()
    {
        tiny.AddCascade(0.5, 0.6);
        using Inspector cascade = Open("cascade"), levels = Open("levels");

        var (actual, expected) = (cascade.Inspect(tiny.DefectPath), levels.Inspect(tiny.DefectPath));

        Assert.Equal((expected.Score, "levels", "cascade"), (actual.Score, actual.DecidedBy, actual.Profile));
        Assert.True(actual.IsDefect);
        Assert.Equal(levels.Map.Values, cascade.Map.Values);
        Assert.Empty(cascade.Reconstruction(out _));
        Assert.InRange(cascade.Evaluations, 1, 1.5);
        Assert.Equal(3, cascade.WorstEvaluations);
    }

    [Fact]
    public void Inspect_Borderline_IsTheVerdictOfTheSecondOnTheFirstsScale()
    {
        tiny.AddCascade(0, 1);
        using Inspector cascade = Open("cascade"), rebuild = Open("rebuild");
        var bundle = cascade.Bundle;
        var scale = Of([.. bundle.Profile("levels").Calibration.Scores], [.. bundle.Profile("rebuild").Calibration.Scores]);

        foreach (var path in tiny.NormalPaths.Take(5).Append(tiny.DefectPath))
        {
            var (actual, second) = (cascade.Inspect(path), rebuild.Inspect(path));

            Assert.Equal((scale.OnFirstScale((float)second.Score), "rebuild"), ((float)actual.Score, actual.DecidedBy));
            Assert.Equal(cascade.Map.Values.ToArray().OrderDescending().Take(50).Average(), actual.Score, 1e-5 * actual.Score);
            Assert.Equal(rebuild.Map.Values.IndexOf(rebuild.Map.Values.ToArray().Max()), cascade.Map.Values.IndexOf(cascade.Map.Values.ToArray().Max()));
            Assert.Equal(rebuild.Reconstruction(out _), cascade.Reconstruction(out _));
        }
    }

    [Fact]
    public void Inspect_ByTurns_GivesTheSameBits()
    {
        // Some normals are borderline, the defect is not.
        tiny.AddCascade(0.1, 0.6);
        string[] paths = [.. tiny.NormalPaths.Take(8), tiny.DefectPath];
        using var one = Open("cascade");
        var forwards = paths.Select(path => (Verdict: one.Inspect(path), Map: one.Map.Values.ToArray())).ToArray();
        var backwards = paths.Reverse().Select(path => (Verdict: one.Inspect(path), Map: one.Map.Values.ToArray())).Reverse().ToArray();

        Assert.Equal(["levels", "rebuild"], forwards.Select(result => result.Verdict.DecidedBy).Distinct().Order());
        Assert.Equal(forwards.Select(result => (result.Verdict.Score, result.Verdict.DecidedBy)), backwards.Select(result => (result.Verdict.Score, result.Verdict.DecidedBy)));
        Assert.Equal(forwards.Select(result => result.Map), backwards.Select(result => result.Map));
    }

    [Theory]
    [InlineData(0.5, 0.6)]
    [InlineData(0, 1)]
    public void Inspect_FramesOfOneSize_AllocatesNothing(double from, double to)
    {
        tiny.AddCascade(from, to);
        using var inspector = Open("cascade");

        Assert.Equal(0, AllocatedBytes.Inspecting(inspector, tiny.DefectPath));
    }

    [Fact]
    public void Inspect_FirstBorderlineAfterOthers_AllocatesNothing()
    {
        tiny.AddCascade(0, 0.05);
        using var inspector = Open("cascade");
        using DecodedPicture good = Certain(inspector), defect = PictureFile.Read(tiny.DefectPath);
        for (var i = 0; i < 3; i++)
            inspector.Inspect(good.AsFrame());

        var allocated = new AllocatedBytes();
        var verdict = inspector.Inspect(defect.AsFrame());

        Assert.Equal(0, allocated.Count);
        Assert.Equal("rebuild", verdict.DecidedBy);
    }

    [Theory]
    [InlineData(0.5, 0.6)]
    [InlineData(0, 1)]
    public void Stages_OfAFile_AreAllOfItsTime(double from, double to)
    {
        tiny.AddCascade(from, to);
        using var inspector = Open("cascade");
        inspector.Inspect(tiny.DefectPath);

        var verdict = inspector.Inspect(tiny.DefectPath);

        var stages = inspector.Stages;
        double[] parts = [stages.Decode, stages.Preprocess, stages.Network, stages.Arithmetic, stages.Scoring];
        Assert.All(parts, part => Assert.True(part > 0));
        Assert.Equal(verdict.Milliseconds, parts.Sum(), 1e-6);
    }

    [Fact]
    public void GoldenSamples_OfACascade_Agree()
    {
        tiny.AddCascade(0.01, 0.5);

        Assert.All(GoldenSamples.Check(Bundle.Load(tiny.Folder), "cascade", TinyBundle.Cpu), score => Assert.Equal(score.Expected, score.Score));
    }

    [Theory]
    [InlineData("first: levels", "first: other", "cascade.first 'other' is no profile of the bundle; name one of levels, rebuild.")]
    [InlineData("then: rebuild", "then: cascade", "cascade.then 'cascade' is a cascade itself; name one of levels, rebuild.")]
    [InlineData("then: rebuild", "then: levels", "cascade.then 'levels' is cascade.first too; name another of levels, rebuild.")]
    [InlineData("from: 0.25", "from: -0.25", "cascade.from and to -0.25 and 0.5 are not ascending within 0..1.")]
    [InlineData("from: 0.25", "from: 0.75", "cascade.from and to 0.75 and 0.5 are not ascending within 0..1.")]
    [InlineData("to: 0.5", "to: 1.5", "cascade.from and to 0.25 and 1.5 are not ascending within 0..1.")]
    [InlineData("to: 0.5", "to: .nan", "cascade.from and to 0.25 and NaN are not ascending within 0..1.")]
    [InlineData("cascade:", "t_scales:\n  timesteps: [25]\ncascade:", "t_scales, reconstruction and cascade must have exactly one of them.")]
    public void Load_CascadeOutOfOrder_SaysWhatIsWrongInOneLine(string before, string after, string problem)
    {
        tiny.AddCascade(0.25, 0.5);
        var path = tiny.ProfilePath("cascade");
        tiny.EditFile(path, text => text.Replace(before, after));

        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));

        Assert.Equal($"{Path.Combine(tiny.Folder, path)}: {problem}", fault.Message);
    }

    /// <summary>A normal that the first profile decides.</summary>
    private DecodedPicture Certain(Inspector inspector)
    {
        using var levels = Open("levels");
        return PictureFile.Read(tiny.NormalPaths.First(path => levels.Inspect(path).PValue > inspector.Bundle.Profile("cascade").Cascade!.To));
    }

    private static Cascade Of(float[] first, float[] then) => new(new CascadeSettings { First = "a", Then = "b", From = 0.01, To = 0.1 }, first, then);

    private static ProfileScores Scores(float[] scores) =>
        new(new Profile { Calibration = new Calibration { Scores = [.. scores.Order()] } }, scores, []);

    private static float[] Drawn(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 0.1f + random.NextSingle()).Order()];

    /// <summary>Two scores of one picture, of different spread, that agree in part.</summary>
    private static (float First, float Then) Pair(Random random)
    {
        var common = random.NextDouble();
        return ((float)(0.1 + common + random.NextDouble()), (float)Math.Exp(2 * common + 2 * random.NextDouble()));
    }

    private Inspector Open(string profile) => Inspector.Open(tiny.Folder, new InspectorOptions { Profile = profile, Inference = TinyBundle.Cpu });
}
