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

    [Fact]
    public void Of_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Quantile.Of([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.Of([1], 1.5));
    }
}
