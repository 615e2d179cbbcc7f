using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class CurveAreaTests
{
    [Fact]
    public void Mean_Diagonal_InterpolatesAtBothLimits()
    {
        var area = new CurveArea(0.2, 0.4);
        area.Add(1, 1);
        Assert.Equal(0.3, area.Mean, 15);
    }

    [Fact]
    public void Mean_VerticalStep_AddsNoArea()
    {
        var area = new CurveArea(0, 1);
        area.Add(0, 0.5);
        area.Add(0.5, 0.5);
        area.Add(0.5, 1);
        area.Add(1, 1);
        Assert.Equal(0.75, area.Mean, 15);
    }

    [Fact]
    public void Mean_FromMinusInfinity_HoldsTheHeight()
    {
        var area = new CurveArea(-4, -2, double.NegativeInfinity);
        area.Add(double.NegativeInfinity, 0.6);
        area.Add(-3, 1);
        area.Add(0, 1);
        Assert.Equal(0.8, area.Mean, 15);
    }
}
