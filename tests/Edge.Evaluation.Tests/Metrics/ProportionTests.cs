using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class ProportionTests
{
    [Theory]
    // Ten coins: P(X <= 1) = 11/1024 and P(X <= 2) = 56/1024, so 2 to 8.
    [InlineData(0.5, 10, 0.2, 0.8)]
    // .99^55 = .575, P(X <= 1) = .895, P(X <= 2) = .982.
    [InlineData(0.01, 55, 0, 2.0 / 55)]
    [InlineData(0, 55, 0, 0)]
    [InlineData(1, 55, 1, 1)]
    public void Binomial_ByHand(double probability, int n, double low, double high) => Assert.Equal((low, high), Proportion.Binomial(probability, n));

    [Fact]
    public void Binomial_ManyPictures_NearTheNormalApproximation()
    {
        // (1 - 0.2)^20000 is far below what a double holds. 1.96 sqrt(.2 * .8 / 20000) = .00554.
        var (low, high) = Proportion.Binomial(0.2, 20000);
        Assert.Equal(0.2 - 0.00554, low, 1e-4);
        Assert.Equal(0.2 + 0.00554, high, 1e-4);
    }
}
