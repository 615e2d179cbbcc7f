using Edge.Training.Tuning;

namespace Edge.Training.Tests.Tuning;

public class LevelTunerTests
{
    [Theory]
    [InlineData(new[] { 1, 1 }, 0.75)]
    [InlineData(new[] { 2, 0 }, 1.0)]
    [InlineData(new[] { 0, 2 }, 1.0)]
    [InlineData(new[] { 0, 0 }, 0.5)]
    public void Auroc_PicturesThatCountSeveralTimes_WeighTheirPairs(int[] times, double expected) =>
        Assert.Equal(expected, LevelTuner.Auroc([1, 2], [1.5f, 3], times, [0, 1]), 12);

    [Fact]
    public void Auroc_Ties_CountHalf() => Assert.Equal(0.5, LevelTuner.Auroc([1, 1], [1], [1, 1], [0]), 12);

    [Fact]
    public void Line_NoLevelsBetterThanChance_SaysSo()
    {
        var first = new LevelOutcome([25, 50, 100], 0.72, 0);
        var choice = new LevelChoice([first, new LevelOutcome([8, 25], 0.74, -0.02)], first, 20, 100);

        Assert.Contains("no other levels are better", choice.Line);
        Assert.Contains("| 25 50 100 **chosen** | 0.7200 | 0 | 0 |", choice.Report());
        Assert.Contains("| 8 25 | 0.7400 | +0.0200 | -0.0200 |", choice.Report());
    }
}
