using Edge.Bench.Report;

namespace Edge.Bench.Tests.Report;

public class AxisTests
{
    [Fact]
    public void Ticks_Linear_AreRoundNumbersInside() =>
        Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1"], new Axis("share", 0, 1).Ticks().Select(tick => tick.Text));

    [Fact]
    public void Ticks_Logarithmic_AreOneTwoFive() =>
        Assert.Equal(["100", "200", "500", "1000"], new Axis("ms", 80, 1100, IsLogarithmic: true).Ticks().Select(tick => tick.Text));

    [Theory]
    [InlineData(0.15, 0.15)]
    [InlineData(0.0, 0.0)]
    [InlineData(0.15, 0.15000000000000002)]
    [InlineData(-3.0, 1e9)]
    [InlineData(1e-7, 1e9)]
    public void Around_AnyTwoValues_HoldsBothAndHasAFewTicks(double low, double high)
    {
        var axis = Axis.Around("score", [high, low]);
        Assert.InRange(axis.Ticks().Count(), 2, 20);
        Assert.InRange(axis.Place(low), 0.01, 0.99);
        Assert.InRange(axis.Place(high), 0.01, 0.99);
        Assert.Equal(high, axis.At(axis.Place(high)), 1e-9 * Math.Max(1, high));
    }

    [Fact]
    public void Place_Outside_IsTheEnd()
    {
        var axis = new Axis("score", 1, 100, IsLogarithmic: true);
        Assert.Equal((0, 0.5, 1), (axis.Place(-5), axis.Place(10), axis.Place(1e6)));
    }
}
