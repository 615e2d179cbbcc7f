using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class ThinnedCurveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RocPoints_ManyPixels_FewPointsWithTheAreaOfAuroc(int seed)
    {
        var ranking = PixelRanking.Of(RandomSet.Make(seed, good: 4, defective: 4, side: 64, levels: 100_000));
        var points = RocCurve.Points(ranking.Normal, ranking.Defect);
        Assert.InRange(points.Count, 50, 260);
        Assert.Equal((0, 0), points[0]);
        Assert.Equal((1, 1), points[^1]);
        Assert.Equal(ranking.Auroc(), Area(points), 2e-3);
    }

    [Fact]
    public void RocPoints_FewScores_AreTheCorners() =>
        Assert.Equal([(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], RocCurve.Points<double>([1, 3], [2, 4]));

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.05)]
    public void ProPoints_ToALimit_EndThereWithTheAreaOfAupro(double limit)
    {
        var ranking = PixelRanking.Of(RandomSet.Make(3, good: 4, defective: 4, side: 64, levels: 100_000));
        var points = ranking.ProPoints(limit);
        Assert.Equal(limit, points[^1].X, 12);
        Assert.InRange(points.Count, 50, 260);
        Assert.Equal(ranking.Aupro(limit), Area(points) / limit, 2e-3);
    }

    [Fact]
    public void Add_BeyondTheLimit_IsInterpolatedThere()
    {
        var curve = new ThinnedCurve(0.5);
        curve.Add(0.25, 0.5);
        curve.Add(0.75, 1);
        curve.Add(1, 1);
        Assert.Equal([(0, 0), (0.25, 0.5), (0.5, 0.75)], curve.Points);
    }

    [Fact]
    public void Add_JumpAfterSmallSteps_StartsWhereTheCurveWas()
    {
        var curve = new ThinnedCurve();
        curve.Add(0.001, 0);
        curve.Add(0.002, 1);
        Assert.Equal([(0, 0), (0.001, 0), (0.002, 1)], curve.Points);
    }

    static double Area(IReadOnlyList<(double X, double Y)> points) => points.Zip(points.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();
}
