using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class QuantileTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(1, 4)]
    public void Of_FourValues_InterpolatesBetweenOrderStatistics(double q, double expected) =>
        Assert.Equal(expected, Quantile.Of([4, 1, 3, 2], q), 1e-12);

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 10)]
    [InlineData(0.1, 1)]
    [InlineData(0.11, 2)]
    public void NearestRank_TenValues_IsOneOfThem(double q, double expected) =>
        Assert.Equal(expected, Quantile.NearestRank([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], q));

    [Fact]
    public void Select_ValuesAboveZero_FindsWhatSortingFinds()
    {
        var random = new Random(3);
        for (var n = 1; n < 60; n++)
        {
            // Few different values, so that many are equal; and over many orders of magnitude.
            float[] values = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(0, n / 2 + 1))];
            float[] spread = [.. Enumerable.Range(0, n).Select(_ => (float)Math.Pow(10, 60 * random.NextDouble() - 30))];
            for (var k = 0; k < n; k++)
            {
                Assert.Equal(values.Order().ElementAt(k), Quantile.Select(values, k));
                Assert.Equal(spread.Order().ElementAt(k), Quantile.Select(spread, k));
            }
        }
    }

    [Fact]
    public void Select_ValuesThatAreNoNumbers_Ends() => Assert.True(Quantile.Select([float.NaN, 1, float.NaN, 0, float.NaN], 2) is var _);

    [Fact]
    public void Of_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Quantile.Of([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.Of([1], 1.5));
    }
}
