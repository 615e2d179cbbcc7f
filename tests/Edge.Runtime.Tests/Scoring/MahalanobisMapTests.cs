using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class MahalanobisMapTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 64)]
    [InlineData(10, 1003)]
    [InlineData(25, 333)]
    public void Apply_CorrelatedFeatures_IsTheQuadraticForm(int k, int pixels)
    {
        var features = VectorStatisticsTests.Planes(k, pixels, 7);
        var statistics = new VectorStatistics(k);
        statistics.Add(VectorStatisticsTests.Planes(k, 2000, 8));
        var (mean, precision) = (statistics.Mean(), statistics.Precision());
        var map = new float[pixels];
        new MahalanobisMap(mean, precision).Apply(features, map);

        for (var p = 0; p < pixels; p++)
        {
            var squared = 0.0;
            for (var i = 0; i < k; i++)
                for (var j = 0; j < k; j++)
                    squared += (features[i * pixels + p] - mean[i]) * precision[i * k + j] * (features[j * pixels + p] - mean[j]);
            Assert.Equal(Math.Sqrt(squared), map[p], 1e-4 * (1 + Math.Sqrt(squared)));
        }
    }

    [Fact]
    public void Apply_ThePixelsItWasFittedTo_HaveMeanSquareOfTheDimensions()
    {
        // tr(C^-1 C) = K, with the unbiased covariance K (n - 1) / n.
        const int K = 6, N = 5000;
        var features = VectorStatisticsTests.Planes(K, N, 2);
        var statistics = new VectorStatistics(K);
        statistics.Add(features);
        var map = new float[N];
        new MahalanobisMap(statistics.Mean(), statistics.Precision(0)).Apply(features, map);

        Assert.Equal(K * (N - 1.0) / N, map.Average(d => (double)d * d), 1e-3);
    }

    [Fact]
    public void Constructor_BadConstants_AreRefused()
    {
        Assert.Throws<BundleException>(() => new MahalanobisMap([], []));
        Assert.Throws<BundleException>(() => new MahalanobisMap([0, 0], [1, 0, 0]));
        Assert.Contains("symmetric", Assert.Throws<BundleException>(() => new MahalanobisMap([0, 0], [1, 0.5, 0, 1])).Message);
        Assert.Contains("definite", Assert.Throws<BundleException>(() => new MahalanobisMap([0, 0], [1, 2, 2, 1])).Message);
    }

    [Fact]
    public void ExtractAndApply_SteadyState_AllocateNothing()
    {
        var extractor = new MapFeatures([1, 2], logFeatures: true);
        var distance = new MahalanobisMap([0, 0], [1, 0, 0, 1]);
        float[] maps = new float[20 * 20], features = new float[2 * 400], map = new float[400], scratch = new float[extractor.ScratchLength(20)];
        void Inspect()
        {
            extractor.Extract(maps, 1, 20, 20, scratch, features);
            distance.Apply(features, map);
        }
        Inspect();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Inspect();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
