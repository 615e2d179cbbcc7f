using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ConformalThresholdTests
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
                        Assert.Throws<BundleException>(() => ConformalThreshold.Threshold(sorted, alpha));
                        continue;
                    }
                    var threshold = ConformalThreshold.Threshold(sorted, alpha);
                    foreach (var score in new[] { -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, float.NaN, float.PositiveInfinity })
                        Assert.Equal(ConformalThreshold.PValue(sorted, score) <= alpha, ConformalThreshold.IsDefect(score, threshold));
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
                        return ConformalThreshold.IsDefect(scores[tested], ConformalThreshold.Threshold(sorted, alpha));
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

        Assert.Equal(71, ConformalThreshold.Threshold(sorted, 0.29));
        Assert.Equal(99, ConformalThreshold.Threshold(sorted, 0.01));
        for (var percent = 1; percent < 100; percent++)
            Assert.Equal(100 - percent, ConformalThreshold.Threshold(sorted, percent / 100.0));
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
        Assert.Equal(expected, ConformalThreshold.PicturesNeeded(alpha));

    [Fact]
    public void Threshold_TooFewPictures_SaysHowManyMore() =>
        Assert.Equal("alpha 0.001 needs 999 calibration pictures; the bundle has 120: 879 more",
            Assert.Throws<BundleException>(() => ConformalThreshold.Threshold(new float[120], 0.001)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(1e-300)]
    public void Threshold_AlphaOutsideItsRange_IsRefused(double alpha) =>
        Assert.Contains("alpha", Assert.Throws<BundleException>(() => ConformalThreshold.Threshold(new float[9], alpha)).Message);

    [Fact]
    public void Threshold_ScoresOutOfOrderOrNaN_AreRefused()
    {
        Assert.Throws<BundleException>(() => ConformalThreshold.Threshold([2, 1], 0.5));
        Assert.Throws<BundleException>(() => ConformalThreshold.Threshold([1, float.NaN], 0.5));
    }

    private static IEnumerable<float[]> Tuples(int length, int values)
    {
        for (var code = 0; code < Math.Pow(values, length); code++)
            yield return [.. Enumerable.Range(0, length).Select(i => (float)(code / (int)Math.Pow(values, i) % values))];
    }
}
