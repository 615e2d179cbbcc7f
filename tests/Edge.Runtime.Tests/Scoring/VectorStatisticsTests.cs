using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class VectorStatisticsTests
{
    [Fact]
    public void Add_MaskedPixels_GivesTheirMeanAndCovariance()
    {
        const int K = 3, Pixels = 1000;
        var features = Planes(K, Pixels, 1);
        var mask = Enumerable.Range(0, Pixels).Select(i => (byte)(i % 3)).ToArray();
        var statistics = new VectorStatistics(K);
        statistics.Add(features, mask);

        var chosen = Enumerable.Range(0, Pixels).Where(i => mask[i] != 0).ToArray();
        double Mean(int k) => chosen.Average(i => (double)features[k * Pixels + i]);
        Assert.Equal(chosen.Length, statistics.Count);
        for (var a = 0; a < K; a++)
        {
            Assert.Equal(Mean(a), statistics.Mean()[a], 1e-9);
            for (var b = 0; b < K; b++)
                Assert.Equal(chosen.Sum(i => (features[a * Pixels + i] - Mean(a)) * (features[b * Pixels + i] - Mean(b))) / (chosen.Length - 1),
                    statistics.Covariance()[a * K + b], 1e-9);
        }
    }

    [Fact]
    public void Subtract_OnePart_LeavesTheOther()
    {
        VectorStatistics first = Of(Planes(4, 300, 1), 4), both = Of(Planes(4, 300, 1), 4), second = Of(Planes(4, 500, 2), 4);
        both.Add(second);
        Assert.Equal(800, both.Count);
        both.Subtract(second);

        Assert.Equal(300, both.Count);
        for (var i = 0; i < 16; i++)
            Assert.Equal(first.Covariance()[i], both.Covariance()[i], 1e-9);
    }

    [Fact]
    public void Precision_TimesTheCovariance_IsTheIdentity()
    {
        var statistics = Of(Planes(5, 400, 3), 5);
        var (covariance, precision) = (statistics.Covariance(), statistics.Precision(0));
        for (var i = 0; i < 5; i++)
            for (var j = 0; j < 5; j++)
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, 5).Sum(k => precision[i * 5 + k] * covariance[k * 5 + j]), 1e-9);
    }

    [Fact]
    public void Precision_FullShrinkage_IsTheInverseDiagonal()
    {
        var statistics = Of(Planes(3, 400, 3), 3);
        var (covariance, precision) = (statistics.Covariance(), statistics.Precision(1));
        for (var i = 0; i < 9; i++)
            Assert.Equal(i % 4 == 0 ? 1 / covariance[i] : 0, precision[i], 1e-9);
    }

    [Fact]
    public void Precision_DegenerateFeatures_IsRefusedWithAReason()
    {
        float[] constant = [1, 2, 3, 4, 5, 5, 5, 5], twice = [1, 2, 3, 4, 2, 4, 6, 8];

        Assert.Contains("feature 1 does not vary", Assert.Throws<BundleException>(() => Of(constant, 2).Precision()).Message);
        Assert.Contains("linearly", Assert.Throws<BundleException>(() => Of(twice, 2).Precision(0)).Message);
        Assert.Equal(4, Of(twice, 2).Precision(0.1).Length);
        Assert.Throws<BundleException>(() => new VectorStatistics(2).Mean());
    }

    /// <summary>Correlated planes: normal draws, each with a share of the one before.</summary>
    internal static float[] Planes(int k, int pixels, ulong seed)
    {
        var planes = new float[k * pixels];
        PhiloxNoise.Fill(planes, seed, 0);
        for (var i = pixels; i < planes.Length; i++)
            planes[i] = 2 + 0.9f * planes[i - pixels] + 0.5f * planes[i];
        return planes;
    }

    private static VectorStatistics Of(float[] planes, int k)
    {
        var statistics = new VectorStatistics(k);
        statistics.Add(planes);
        return statistics;
    }
}
