using Edge.Service;

namespace Edge.Tests.Service;

public sealed class KolmogorovSmirnovTests
{
    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 1, 2, 3 }, 0)]
    [InlineData(new float[] { 1, 2 }, new float[] { 3, 4 }, 1)]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 3, 4, 5, 6 }, 0.5)]
    // Between 1 and 2 two thirds of the one are below, and one third of the other.
    [InlineData(new float[] { 1, 1, 2 }, new float[] { 1, 2, 2 }, 1.0 / 3)]
    [InlineData(new float[] { 5 }, new float[] { 1, 2, 3, 9 }, 0.75)]
    // The same median: the difference is in the spread.
    [InlineData(new float[] { 1, 2, 8, 9 }, new float[] { 4, 5, 5, 6 }, 0.5)]
    public void Distance_HandMade_IsTheLargestDifference(float[] a, float[] b, double expected)
    {
        Assert.Equal(expected, KolmogorovSmirnov.Distance(a, b), 12);
        Assert.Equal(expected, KolmogorovSmirnov.Distance(b, a), 12);
    }

    [Theory]
    [InlineData(0.05, 0)]
    [InlineData(-0.05, 0)]
    [InlineData(0.15, 1)]
    [InlineData(-0.15, 1)]
    public void Distance_ShiftOfAConstant_CountsAboveTheToleranceOnly(float shift, double expected) =>
        Assert.Equal(expected, KolmogorovSmirnov.Distance([1 + shift, 1 + shift], [1, 1, 1], tolerance: 0.1), 12);

    [Fact]
    public void Distance_OddOneOutBeyondTheTolerance_CountsItsShare() =>
        Assert.Equal(0.25, KolmogorovSmirnov.Distance([1, 1, 1, 2], [1.05f, 0.95f, 1, 1], tolerance: 0.1), 12);

    [Theory]
    // Smirnov's table: 1.358 at 5 %, 1.628 at 1 %.
    [InlineData(2, 2, 0.05, 1.358)]
    [InlineData(2, 2, 0.01, 1.628)]
    [InlineData(200, 200, 0.05, 0.1358)]
    [InlineData(100, 400, 0.01, 0.1820)]
    public void Limit_TableValues_Agree(int n, int m, double probability, double expected) =>
        Assert.Equal(expected, KolmogorovSmirnov.Limit(n, m, probability), 0.0005);
}
