using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 10)]
    [InlineData(0.1, 1)]
    [InlineData(0.11, 2)]
    public void Rank_TenTimes_IsTheNearestRank(double q, double expected) =>
        Assert.Equal(expected, Percentile.Rank([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], q));

    [Fact]
    public void Deviation_KnownValues_IsThatOfThePopulation() => Assert.Equal(2, Percentile.Deviation([2, 4, 4, 4, 5, 5, 7, 9]), 12);
}
