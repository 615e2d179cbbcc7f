using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class RocCurveTests
{
    [Fact]
    public void Auroc_Separated_IsOne() => Assert.Equal(1.0, RocCurve.Auroc<double>([1, 2, 3], [3.5, 4]));

    [Fact]
    public void Auroc_Reversed_IsZero() => Assert.Equal(0.0, RocCurve.Auroc<double>([3.5, 4], [1, 2, 3]));

    [Fact]
    public void Auroc_Constant_IsHalf() => Assert.Equal(0.5, RocCurve.Auroc<float>([7, 7, 7], [7, 7]));

    [Fact]
    public void Auroc_EmptyGroup_IsNaN()
    {
        Assert.Equal(double.NaN, RocCurve.Auroc<double>([], [1]));
        Assert.Equal(double.NaN, RocCurve.Auroc<double>([1], []));
    }

    [Fact]
    public void Auroc_OneTie_CountsHalf() => Assert.Equal(3.5 / 4, RocCurve.Auroc<double>([1, 2], [2, 3]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Auroc_RandomWithTies_EqualsPairCount(int seed)
    {
        var random = new Random(seed);
        var good = Sorted(random, 37, 12);
        var bad = Sorted(random, 23, 15);
        var pairs = good.Sum(g => bad.Sum(b => b > g ? 1.0 : b == g ? 0.5 : 0));
        Assert.Equal(pairs / (37 * 23), RocCurve.Auroc<double>(good, bad), 15);
    }

    [Fact]
    public void Auroc_MonotoneTransform_SameToTheBit()
    {
        var random = new Random(4);
        double[] good = Sorted(random, 50, 20), bad = Sorted(random, 40, 25);
        var transformed = RocCurve.Auroc<double>([.. good.Select(x => Math.Exp(3 * x) - 7)], [.. bad.Select(x => Math.Exp(3 * x) - 7)]);
        Assert.Equal(RocCurve.Auroc<double>(good, bad), transformed);
    }

    [Fact]
    public void F1Max_ByHand()
    {
        // Threshold 2: TP 2, FP 1, FN 0 -> 4/5. Threshold 3: TP 1, FP 0, FN 1 -> 2/3. Threshold 1: TP 2, FP 2 -> 4/6.
        Assert.Equal(0.8, RocCurve.F1Max<double>([1, 2], [2, 3]), 15);
    }

    [Fact]
    public void F1Max_Separated_IsOne() => Assert.Equal(1.0, RocCurve.F1Max<double>([0, 1], [2, 3, 4]));

    [Fact]
    public void RecallAt_HundredGood_AllowsOneAtOnePercent()
    {
        double[] good = [.. Enumerable.Range(1, 100).Select(i => (double)i)];
        // One false reject (100) may be: everything above 99 counts as found.
        Assert.Equal(0.75, RocCurve.RecallAt<double>(good, [99, 99.5, 100, 101], 0.01));
        Assert.Equal(0.25, RocCurve.RecallAt<double>(good, [99, 99.5, 100, 101], 0.009));
    }

    [Fact]
    public void RecallAt_TieWithHighestGood_NotFound() => Assert.Equal(0.5, RocCurve.RecallAt<double>([1, 2, 5], [5, 6], 0.01));

    static double[] Sorted(Random random, int count, int levels) => [.. Enumerable.Range(0, count).Select(_ => random.Next(levels) / 10.0).Order()];
}
