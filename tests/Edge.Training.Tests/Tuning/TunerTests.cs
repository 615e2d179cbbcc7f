using Edge.Training.Tuning;

namespace Edge.Training.Tests.Tuning;

public class TunerTests
{
    [Theory]
    [InlineData(new[] { 1, 1 }, 0.75)]
    [InlineData(new[] { 2, 0 }, 1.0)]
    [InlineData(new[] { 0, 2 }, 1.0)]
    [InlineData(new[] { 0, 0 }, 0.5)]
    public void Auroc_PicturesThatCountSeveralTimes_WeighTheirPairs(int[] times, double expected) =>
        Assert.Equal(expected, Tuner.Auroc([1, 2], [1.5f, 3], times, [0, 1]), 12);

    [Fact]
    public void Auroc_Ties_CountHalf() => Assert.Equal(0.5, Tuner.Auroc([1, 1], [1], [1, 1], [0]), 12);

    [Fact]
    public void Line_NothingBetterThanChance_SaysSo()
    {
        var choice = new Choice("Levels", [new Outcome("25 50 100", 0.72, 0), new Outcome("8 25", 0.74, -0.02)], 0, 20, 100);

        Assert.Contains("nothing else is better", choice.Line);
        Assert.Contains("| 25 50 100 **chosen** | 0.7200 | 0 | 0 |", choice.Report());
        Assert.Contains("| 8 25 | 0.7400 | +0.0200 | -0.0200 |", choice.Report());
    }
}
