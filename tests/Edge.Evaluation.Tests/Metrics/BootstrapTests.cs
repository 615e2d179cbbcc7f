using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class BootstrapTests
{
    [Fact]
    public void Intervals_MeanOfStandardScores_AsWideAsTheory()
    {
        // 400 evenly spaced values in 0 .. 1: the mean's standard error is sqrt(1/12/400), its 95 % interval 2 * 1.96 of that.
        double[] values = [.. Enumerable.Range(0, 400).Select(i => (i + 0.5) / 400)];
        var (low, high) = Bootstrap.Intervals(400, 0, (good, _) => [good.Average(i => values[i])], resamples: 4000)[0];
        Assert.InRange(0.5, low, high);
        Assert.Equal(2 * 1.96 * Math.Sqrt(1 / 12.0 / 400), high - low, 0.004);
    }

    [Fact]
    public void Intervals_SameSeed_SameToTheBit()
    {
        double[] Sum(int[] good, int[] defective) => [good.Sum() + 0.1 * defective.Sum()];
        Assert.Equal(Bootstrap.Intervals(20, 30, Sum), Bootstrap.Intervals(20, 30, Sum));
        Assert.NotEqual(Bootstrap.Intervals(20, 30, Sum), Bootstrap.Intervals(20, 30, Sum, seed: 2));
    }

    [Fact]
    public void Intervals_Draws_KeepTheStrata()
    {
        var intervals = Bootstrap.Intervals(7, 5, (good, defective) =>
            [good.Length, defective.Length, good.Count(i => i is < 0 or > 6), defective.Count(i => i is < 0 or > 4)]);
        Assert.Equal([(7.0, 7.0), (5.0, 5.0), (0.0, 0.0), (0.0, 0.0)], intervals);
    }

    [Fact]
    public void Intervals_NoValue_IsNaN() => Assert.Equal(double.NaN, Bootstrap.Intervals(3, 3, (_, _) => [double.NaN])[0].Low);

    [Fact]
    public void Intervals_Auroc_CoverThePointEstimate()
    {
        var random = new Random(9);
        double[] good = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())], bad = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble() + 0.4)];
        double Auroc(IEnumerable<double> g, IEnumerable<double> b) => RocCurve.Auroc<double>([.. g.Order()], [.. b.Order()]);
        var (low, high) = Bootstrap.Intervals(60, 60, (g, b) => [Auroc(g.Select(i => good[i]), b.Select(i => bad[i]))])[0];
        Assert.InRange(Auroc(good, bad), low, high);
        Assert.True(high - low is > 0.02 and < 0.3);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    public void Wilson_KnownCounts_KnownLimits(int k, int n, double low, double high)
    {
        // k = 0: z^2 / (n + z^2); k = n/2: 1/2 -+ z / (2 sqrt(n + z^2)); both follow from the formula by hand with z^2 = 3.8415.
        var interval = Proportion.Wilson(k, n);
        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
    }
}
