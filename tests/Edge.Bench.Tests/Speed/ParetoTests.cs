using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class ParetoTests
{
    [Fact]
    public void Front_Mixed_LeavesOutWhatIsDearerAndNoBetter() =>
        // (3, .8) is dearer and worse than (2, .9), (2, .7) as dear and worse, (5, .95) dearer and as good as (4, .95).
        Assert.Equal([1, 0, 4], Pareto.Front([(2, 0.9), (1, 0.5), (3, 0.8), (2, 0.7), (4, 0.95), (5, 0.95)]));

    [Fact]
    public void Front_WithoutWorth_IsEmpty() =>
        Assert.Empty(Pareto.Front([(1, double.NegativeInfinity), (2, double.NaN)]));
}
