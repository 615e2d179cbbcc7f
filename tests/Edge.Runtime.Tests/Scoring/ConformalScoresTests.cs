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

    [Fact]
    public void UsableAlpha_OneOddScore_LeavesItAboveTheThreshold()
    {
        var scores = new ConformalScores([.. Enumerable.Range(1, 98).Select(i => 1 + i / 100f), 50]);

        Assert.Equal(50, scores.Threshold(0.01));
        Assert.Equal(0.02, scores.UsableAlpha(0.01, 0.05), 12);
        Assert.Equal(1.98f, scores.Threshold(0.02));
    }

    private static IEnumerable<float[]> Tuples(int length, int values)
    {
        for (var code = 0; code < Math.Pow(values, length); code++)
            yield return [.. Enumerable.Range(0, length).Select(i => (float)(code / (int)Math.Pow(values, i) % values))];
    }
}
