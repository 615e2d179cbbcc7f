using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class MapFeaturesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Extract_TwoScales_SmoothsEachAtEachWidth(bool log)
    {
        const int W = 19, H = 13;
        double[] widths = [1, 3, 8];
        var maps = Enumerable.Range(0, 2 * W * H).Select(i => MathF.Pow(MathF.Sin(i), 2)).ToArray();
        var extractor = new MapFeatures(widths, log);
        var features = new float[extractor.Count(2) * W * H];
        extractor.Extract(maps, 2, W, H, new float[extractor.ScratchLength(W)], features);

        for (var scale = 0; scale < 2; scale++)
            for (var width = 0; width < 3; width++)
            {
                var filter = new GaussianFilter(widths[width]);
                var expected = new float[W * H];
                filter.Apply(maps.AsSpan(scale * W * H, W * H), expected, new float[filter.ScratchLength(W)], W, H);
                for (var i = 0; i < expected.Length; i++)
                    Assert.Equal(log ? Math.Log(expected[i] + 1e-6) : expected[i], features[(scale * 3 + width) * W * H + i], 1e-6);
            }
    }

    [Fact]
    public void Constructor_BadWidths_AreRefused()
    {
        Assert.Throws<BundleException>(() => new MapFeatures([]));
        Assert.Throws<BundleException>(() => new MapFeatures([1, 0]));
        Assert.Throws<BundleException>(() => new MapFeatures([1e6]));
        Assert.Equal([1, 2, 4, 8, 16], new MapFeatures().Widths);
    }
}
