using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public sealed class ScoreTailsTests
{
    /// <summary>A draw of 5 + a generalised Pareto variable of scale 1: its survival function is (1 + shape (x - 5))^(-1 / shape).</summary>
    private static float Pareto(Random random, double shape) => (float)(5 + (Math.Pow(random.NextDouble(), -shape) - 1) / shape);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(0.7)]
    public void Of_ManyParetoScores_IsTheLogarithmOfTheirRate(double shape)
    {
        var random = new Random(1);
        var tail = ScoreTails.Fit([.. Enumerable.Range(0, 40_000).Select(_ => Pareto(random, shape))]);
        foreach (var rate in (double[])[0.1, 0.01, 0.001])
        {
            var score = (float)(5 + (Math.Pow(rate, -shape) - 1) / shape);
            Assert.Equal(-Math.Log10(rate), ScoreTails.Of(tail, score), 0.12);
        }
    }

    [Fact]
    public void Of_RisingScores_RisesWithoutAStep()
    {
        var tail = new ScoreTail { Start = 2, Share = 0.25f, Scale = 0.5f, Shape = 0.3f };
        var last = 0f;
        for (var score = 0f; score < 20; score += 0.001f)
        {
            var of = ScoreTails.Of(tail, score);
            Assert.InRange(of, last, last + 0.01f);
            last = of;
        }
        Assert.Equal(0, ScoreTails.Of(tail, 0f));
        // One in four at the start; (1 + 0.3 * 1 / 0.5)^(-1 / 0.3) of these beyond 3.
        Assert.Equal(Math.Log10(4), ScoreTails.Of(tail, 2f), 1e-5);
        Assert.Equal(Math.Log10(4) + Math.Log10(1.6) / 0.3, ScoreTails.Of(tail, 3f), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(77)]
    public void Apply_Map_IsTheScoreOfEachPixel(int pixels)
    {
        var tail = new ScoreTail { Start = 1.5f, Share = 0.2f, Scale = 0.7f, Shape = 0.2f };
        var map = Enumerable.Range(0, pixels).Select(i => 0.1f * i).ToArray();
        var expected = map.Select(v => ScoreTails.Of(tail, v)).ToArray();
        ScoreTails.Apply(tail, map);
        for (var i = 0; i < pixels; i++)
            Assert.Equal(expected[i], map[i], 1e-5);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(30)]
    public void Fit_EqualScores_IsFiniteAndKeepsTheOrder(int pictures)
    {
        var tail = ScoreTails.Fit([.. Enumerable.Repeat(3f, pictures)]);
        Assert.True(ScoreTails.Of(tail, 3) < ScoreTails.Of(tail, 3.1f));
        Assert.True(float.IsFinite(ScoreTails.Of(tail, 1e6f)));
    }

    /// <summary>
    /// Two readings, one of a heavy tail, ten pictures that only fit and 39 that calibrate. At a rate of 5 % the threshold is the 38th of 39 scores, and of new good
    /// pictures one in twenty may lie above it.
    /// </summary>
    [Fact]
    public void Apart_NewGoodPictures_AreRejectedAsOftenAsPromised()
    {
        var (random, rejected) = (new Random(7), 0);
        const int Trials = 4000;
        for (var trial = 0; trial < Trials; trial++)
        {
            List<float[]> fitted = [.. Enumerable.Range(0, 10).Select(_ => Draw())], calibration = [.. Enumerable.Range(0, 39).Select(_ => Draw())];
            var threshold = ScoreTails.Apart(fitted, calibration, []).Order().ElementAt(37);
            if (ScoreTails.Of(ScoreTails.FitAll([.. fitted, .. calibration]), Draw()) > threshold)
                rejected++;
        }
        // Three standard deviations of the count are .0103.
        Assert.InRange((double)rejected / Trials, 0.05 - 0.0103, 0.05 + 0.0103);

        float[] Draw() => [Pareto(random, 0.6), (float)(3 - Math.Log(random.NextDouble()))];
    }

    [Fact]
    public void Apart_PicturesOfOneGroup_DoNotKnowEachOther()
    {
        var random = new Random(3);
        List<float[]> fitted = [.. Enumerable.Range(0, 10).Select(_ => new[] { Pareto(random, 0.2) })], scores = [.. Enumerable.Range(0, 12).Select(_ => new[] { Pareto(random, 0.2) })];
        scores[4] = [500];
        scores[5] = [600];
        var groups = Enumerable.Range(0, 12).Select(i => i == 5 ? 4 : i).ToArray();
        var expected = ScoreTails.Of(ScoreTails.FitAll([.. fitted, .. scores.Where((_, i) => i is not (4 or 5))]), scores[4]);
        Assert.Equal(expected, ScoreTails.Apart(fitted, scores, groups)[4]);
        Assert.True(expected > ScoreTails.Apart(fitted, scores, [])[4]);
    }
}
