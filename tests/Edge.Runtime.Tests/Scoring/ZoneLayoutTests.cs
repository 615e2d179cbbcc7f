using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ZoneLayoutTests
{
    [Theory]
    [InlineData(PlaneZones.None, 5, 7)]
    [InlineData(PlaneZones.Border, 5, 7)]
    [InlineData(PlaneZones.Border, 50, 33)]
    [InlineData(PlaneZones.Border, 64, 64)]
    [InlineData(PlaneZones.Grid, 5, 7)]
    [InlineData(PlaneZones.Grid, 48, 50)]
    [InlineData(PlaneZones.Grid, 33, 64)]
    public void RunEnd_EveryRow_CoversItInRunsOfOneZone(PlaneZones zones, int height, int width)
    {
        var layout = new ZoneLayout(zones, height, width);
        for (var y = 0; y < height; y++)
            for (int x = 0, end; x < width; x = end)
            {
                end = layout.RunEnd(y, x);
                Assert.InRange(end, x + 1, width);
                for (var i = x; i < end; i++)
                    Assert.Equal(layout.Zone(y, x), layout.Zone(y, i));
                Assert.InRange(layout.Zone(y, x), 0, ZoneLayout.Count(zones) - 1);
            }
    }

    [Fact]
    public void Zone_Border_IsTheDistanceFromTheNearestEdge()
    {
        var layout = new ZoneLayout(PlaneZones.Border, 60, 80);
        Assert.Equal([0, 0, 0, 3, 3, 16, 16], new[] { (0, 40), (59, 40), (30, 0), (3, 40), (30, 76), (30, 16), (30, 40) }.Select(p => layout.Zone(p.Item1, p.Item2)));
    }

    [Fact]
    public void Zone_Grid_GoesWithThePlaceNotTheSize()
    {
        foreach (var side in new[] { 64, 256, 250 })
            Assert.Equal([0, 15, 240, 255, 136], new[] { (.01, .01), (.01, .99), (.99, .01), (.99, .99), (.52, .52) }
                .Select(p => new ZoneLayout(PlaneZones.Grid, side, side).Zone((int)(p.Item1 * side), (int)(p.Item2 * side))));
    }
}
