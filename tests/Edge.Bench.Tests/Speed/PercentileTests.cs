using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class PercentileTests
{
    [Fact]
    public void Deviation_KnownValues_IsThatOfThePopulation() => Assert.Equal(2, Percentile.Deviation([2, 4, 4, 4, 5, 5, 7, 9]), 12);
}
