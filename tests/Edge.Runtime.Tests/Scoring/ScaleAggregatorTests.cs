using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ScaleAggregatorTests
{
    private static readonly ScaleConstants[] Constants = [new(1, 2, 3), new(-1, 0.5f, 1)];

    [Theory]
    [InlineData(MapAggregation.Mean)]
    [InlineData(MapAggregation.Max)]
    [InlineData(MapAggregation.Weighted)]
    public void Aggregate_TwoScales_StandardisesThenPutsTogether(MapAggregation aggregation)
    {
        var maps = Enumerable.Range(0, 2 * 21).Select(i => MathF.Sin(i) * 3).ToArray();
        var map = new float[21];
        ScaleAggregator.Aggregate(maps, Constants, aggregation, map);

        for (var i = 0; i < map.Length; i++)
        {
            double z0 = (maps[i] - 1) / 2.0, z1 = (maps[21 + i] + 1) / 0.5;
            var expected = aggregation switch
            {
                MapAggregation.Mean => (z0 + z1) / 2,
                MapAggregation.Max => Math.Max(z0, z1),
                _ => (3 * z0 + z1) / 4,
            };
            Assert.Equal(expected, map[i], 1e-5);
        }
    }

    [Fact]
    public void Aggregate_BadConstants_AreRefused()
    {
        Assert.Throws<BundleException>(() => ScaleAggregator.Aggregate([1], [new(0, 0)], MapAggregation.Mean, new float[1]));
        Assert.Throws<BundleException>(() => ScaleAggregator.Aggregate([1], [new(0, 1, 0)], MapAggregation.Weighted, new float[1]));
        Assert.Throws<ArgumentException>(() => ScaleAggregator.Aggregate([1, 2, 3], Constants, MapAggregation.Mean, new float[1]));
    }
}
