using Edge.Drawing.Charts;

namespace Edge.Drawing.Tests.Charts;

public class ScaleTests
{
    [Fact]
    public void Decades_Logarithmic_AreOneTwoFive() =>
        Assert.Equal([100, 200, 500, 1000], new Scale(80, 1100, IsLogarithmic: true).Decades());

    [Theory]
    [InlineData(0.15, 0.15)]
    [InlineData(0.0, 0.0)]
    [InlineData(0.15, 0.15000000000000002)]
    [InlineData(-3.0, 1e9)]
    [InlineData(1e-7, 1e9)]
    public void Around_AnyTwoValues_HoldsBothAndHasAFewTicks(double low, double high)
    {
        var scale = Scale.Around([high, low]);
        Assert.InRange(Ticks(scale).Length, 2, 20);
        Assert.InRange(scale.Place(low), 0.01, 0.99);
        Assert.InRange(scale.Place(high), 0.01, 0.99);
        Assert.Equal(high, scale.At(scale.Place(high)), 1e-9 * Math.Max(1, high));
    }

    [Fact]
    public void Place_Outside_IsTheEnd()
    {
        var scale = new Scale(1, 100, IsLogarithmic: true);
        Assert.Equal((0, 0.5, 1), (scale.Place(-5), scale.Place(10), scale.Place(1e6)));
    }

    [Fact]
    public void Apply_Linear_MarksRoundNumbersInside() => Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1"], Ticks(new Scale(0, 1)));

    // What the axis of a chart of 400 x 300 shows.
    private static string[] Ticks(Scale scale)
    {
        var plot = Chart.Of(new Scale(0, 1), "x", scale, "y");
        Chart.Png(400, 300, 1, canvas => plot.Draw(canvas, 0, 0, 400, 300));
        var axis = plot.Axes.Left;
        return [.. axis.TickGenerator.Ticks.Where(tick => tick.IsMajor && tick.Position >= axis.Min && tick.Position <= axis.Max)
            .Select(tick => tick.Label)];
    }
}
