using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ConformalScoresTests
{
    [Fact]
    public void Threshold_EverySmallSampleWithTies_AgreesWithThePValue()
    {
        for (var n = 1; n <= 5; n++)
            foreach (var scores in Tuples(n, 3))
            {
                var sorted = scores.Order().ToArray();
                for (var numerator = 1; numerator < 4 * (n + 1); numerator++)
                {
                    var alpha = numerator / (4.0 * (n + 1));
                    if (numerator < 4)
                    {
                        Assert.Throws<ArgumentOutOfRangeException>(() => new ConformalScores(sorted).Threshold(alpha));
                        continue;
                    }
                    var threshold = new ConformalScores(sorted).Threshold(alpha);
                    foreach (var score in new[] { -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, float.NaN, float.PositiveInfinity })
                        Assert.Equal(new ConformalScores(sorted).PValue(score) <= alpha, ConformalScores.IsDefect(score, threshold));
                }
            }
    }

    [Fact]
    public void Threshold_ExchangeableScores_RejectsAtMostAlpha()
    {
        // Of n + 1 scores in any order each is the tested one equally often: the share rejected may not exceed alpha, and without ties
        // the largest possible share is reached.
        for (var n = 1; n <= 4; n++)
            foreach (var scores in Tuples(n + 1, 3).Append([.. Enumerable.Range(0, n + 1).Select(i => (float)i)]))
                for (var rejects = 1; rejects <= n; rejects++)
                {
                    var alpha = (double)rejects / (n + 1);
                    var rejected = Enumerable.Range(0, n + 1).Count(tested =>
                    {
                        var sorted = scores.Where((_, i) => i != tested).Order().ToArray();
                        return ConformalScores.IsDefect(scores[tested], new ConformalScores(sorted).Threshold(alpha));
                    });
                    Assert.True(rejected <= rejects);
                    if (scores.Distinct().Count() == n + 1)
                        Assert.Equal(rejects, rejected);
                }
    }

    [Fact]
    public void Threshold_AlphaThatRoundsBadly_CountsExactly()
    {
        // .29 * 100 is 28.999999999999996 in binary, yet 29 of 100 may be rejected.
        var sorted = Enumerable.Range(1, 99).Select(i => (float)i).ToArray();

        Assert.Equal(71, new ConformalScores(sorted).Threshold(0.29));
        Assert.Equal(99, new ConformalScores(sorted).Threshold(0.01));
        for (var percent = 1; percent < 100; percent++)
            Assert.Equal(100 - percent, new ConformalScores(sorted).Threshold(percent / 100.0));
    }

    [Theory]
    [InlineData(0.01, 99)]
    [InlineData(0.001, 999)]
    [InlineData(0.0001, 9999)]
    [InlineData(0.05, 19)]
    [InlineData(0.5, 1)]
    [InlineData(0.3, 3)]
    [InlineData(1.0 / 3, 2)]
    public void PicturesNeeded_Alpha_IsTheSmallestThatServes(double alpha, long expected) =>
        Assert.Equal(expected, ConformalScores.PicturesNeeded(alpha));

    [Fact]
    public void Threshold_TooFewPictures_SaysHowManyMore() =>
        Assert.Contains("needs 999 calibration pictures, each of its own; the bundle has 120: 879 more",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ConformalScores(new float[120]).Threshold(0.001)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(1e-300)]
    public void Threshold_AlphaOutsideItsRange_IsRefused(double alpha) =>
        Assert.Contains("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new ConformalScores(new float[9]).Threshold(alpha)).Message);

    [Fact]
    public void Constructor_NaNOrNoScore_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConformalScores([]));
        Assert.Throws<ArgumentException>(() => new ConformalScores([1, float.NaN]));
    }

    [Fact]
    public void Threshold_ExchangeableGroups_RejectAtMostAlpha()
    {
        // Three groups of 1, 2 and 3 pictures with any scores of 0, 1, 2: each group is the new one in turn, and each of its pictures the new picture equally often.
        int[] groups = [0, 1, 1, 2, 2, 2];
        foreach (var scores in Tuples(6, 3))
            for (var rejects = 1; rejects <= 2; rejects++)
            {
                var alpha = rejects / 3.0;
                var rejected = Enumerable.Range(0, 3).Sum(held =>
                {
                    int[] others = [.. Enumerable.Range(0, 6).Where(i => groups[i] != held)];
                    var calibration = new ConformalScores([.. others.Select(i => scores[i])], [.. others.Select(i => groups[i])]);
                    var threshold = calibration.Threshold(alpha);
                    return Enumerable.Range(0, 6).Where(i => groups[i] == held).Average(i => ConformalScores.IsDefect(scores[i], threshold) ? 1.0 : 0);
                });
                Assert.True(rejected <= rejects + 1e-9);
            }
    }

    [Fact]
    public void LeastAlpha_PicturesThatTheGateRejects_CountAgainstThePromise()
    {
        var scores = new ConformalScores([1, 2, 3, float.PositiveInfinity]);

        Assert.Equal(0.4, scores.LeastAlpha, 12);
        Assert.Equal(3, scores.Threshold(0.4));
        Assert.Throws<ArgumentOutOfRangeException>(() => scores.Threshold(0.3));
        Assert.Equal(0.4, scores.PValue(float.PositiveInfinity), 12);
    }

    [Theory]
    [InlineData("pareto")]
    [InlineData("outliers")]
    public void Threshold_HeavyTails_RejectsTheShareAskedOnAverage(string scores)
    {
        const int Calibrations = 2000, N = 99, Fresh = 20;
        double[] alphas = [0.01, 0.02, 0.05];
        var random = new Random(11);
        var rejected = new int[alphas.Length];
        for (var i = 0; i < Calibrations; i++)
        {
            var calibration = new ConformalScores([.. Enumerable.Range(0, N).Select(_ => Draw())]);
            float[] fresh = [.. Enumerable.Range(0, Fresh).Select(_ => Draw())];
            for (var a = 0; a < alphas.Length; a++)
            {
                var threshold = calibration.Threshold(alphas[a]);
                rejected[a] += fresh.Count(score => ConformalScores.IsDefect(score, threshold));
            }
        }

        // Scores without ties, of any distribution: the rate of one calibration follows Beta(k, n + 1 - k), k = alpha (n + 1). Its mean is alpha.
        foreach (var (alpha, count) in alphas.Zip(rejected))
        {
            var spread = alpha * (1 - alpha) / (N + 2);
            var deviation = Math.Sqrt((spread + (alpha * (1 - alpha) - spread) / Fresh) / Calibrations);
            Assert.InRange((double)count / (Calibrations * Fresh), alpha - 4 * deviation, alpha + 4 * deviation);
        }

        // Pareto of index 1 has no mean. In the mixture two in a hundred lie a thousand times as high.
        float Draw() => scores == "pareto"
            ? (float)(1 / (1 - random.NextDouble()))
            : (float)(random.NextDouble() * (random.Next(100) < 2 ? 1000 : 1));
    }

    [Fact]
    public void Threshold_PicturesOfAGroupAlike_HoldsByGroupsAndBreaksWithoutThem()
    {
        // 17 parts in six exposures each: the part makes the score, the exposure hardly changes it.
        const int Calibrations = 2000, Parts = 17, Exposures = 6;
        double[] alphas = [1.0 / 18, 0.12, 0.2];
        var random = new Random(12);
        var (byGroups, without) = (new double[alphas.Length], 0.0);
        int[] groups = [.. Enumerable.Range(0, Parts * Exposures).Select(i => i / Exposures)];
        for (var i = 0; i < Calibrations; i++)
        {
            float[] scores = [.. Enumerable.Range(0, Parts).SelectMany(_ => Part())], fresh = Part();
            var grouped = new ConformalScores(scores, groups);
            for (var a = 0; a < alphas.Length; a++)
                byGroups[a] += Rejected(fresh, grouped.Threshold(alphas[a]));
            without += Rejected(fresh, new ConformalScores(scores).Threshold(0.01));
            Assert.Equal(1.0 / 18, grouped.LeastAlpha, 9);
        }

        // A new part is one trial, since its exposures are rejected together or not at all.
        for (var a = 0; a < alphas.Length; a++)
        {
            var four = 4 * Math.Sqrt(alphas[a] * (1 - alphas[a]) / Calibrations);
            Assert.InRange(byGroups[a] / Calibrations, Math.Floor(18 * alphas[a] + 1e-9) / 18 - four, alphas[a] + four);
        }
        // As single pictures the 102 seem to promise 1 %, and the new part is the highest of 18 in one case of 18.
        Assert.InRange(without / Calibrations, 0.04, 0.07);

        float[] Part()
        {
            var level = 1 / (1 - random.NextDouble());
            return [.. Enumerable.Range(0, Exposures).Select(_ => (float)(level * (1 + 0.001 * random.NextDouble())))];
        }

        static double Rejected(float[] scores, float threshold) => scores.Average(s => ConformalScores.IsDefect(s, threshold) ? 1.0 : 0);
    }

    private static IEnumerable<float[]> Tuples(int length, int values)
    {
        for (var code = 0; code < Math.Pow(values, length); code++)
            yield return [.. Enumerable.Range(0, length).Select(i => (float)(code / (int)Math.Pow(values, i) % values))];
    }
}
