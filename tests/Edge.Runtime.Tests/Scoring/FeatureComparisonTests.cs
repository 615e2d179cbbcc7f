using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class FeatureComparisonTests
{
    [Theory]
    [InlineData(16, 8, 8, 32, 32)]
    [InlineData(3, 5, 19, 23, 41)]
    [InlineData(1, 1, 1, 4, 3)]
    [InlineData(4, 12, 10, 12, 10)]
    public void Add_TwoLayers_MatchesTheDefinition(int channels, int h, int w, int height, int width)
    {
        var layer = new PictureShape(channels, h, w);
        float[] a = PixelComparisonTests.Values(layer.Length, 1), b = PixelComparisonTests.Values(layer.Length, 2);
        var map = new float[width * height];
        var scratch = new float[FeatureComparison.ScratchLength(layer)];
        FeatureComparison.Add(a, b, layer, scratch, width, height, map);
        FeatureComparison.Add(b, a, layer, scratch, width, height, map);

        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                Assert.Equal(2 * Expected(a, b, layer, (y + 0.5) * h / height - 0.5, (x + 0.5) * w / width - 0.5), map[y * width + x], 2e-5);
    }

    [Fact]
    public void Add_AlikeOrScaledFeatures_AddsNothing()
    {
        var layer = new PictureShape(8, 6, 7);
        float[] a = PixelComparisonTests.Values(layer.Length, 3), map = new float[24 * 28];
        FeatureComparison.Add([.. a.Select(v => 3 * v)], a, layer, new float[FeatureComparison.ScratchLength(layer)], 28, 24, map);
        Assert.All(map, v => Assert.Equal(0, v, 1e-6f));
    }

    [Fact]
    public void Add_SilentFeatures_AreAlikeOnlyToSilentOnes()
    {
        var layer = new PictureShape(2, 4, 4);
        float[] silent = new float[32], loud = Enumerable.Repeat(1f, 32).ToArray(), map = new float[16];
        var scratch = new float[FeatureComparison.ScratchLength(layer)];
        FeatureComparison.Add(silent, silent, layer, scratch, 4, 4, map);
        Assert.All(map, v => Assert.Equal(0, v));
        FeatureComparison.Add(silent, loud, layer, scratch, 4, 4, map);
        Assert.All(map, v => Assert.Equal(1, v));
    }

    [Theory]
    // The cosine of (3, 4) and (4, 3) is 24/25; that of (1, 0) and (1, e) is 1 / sqrt(1 + e^2), so the distance is e^2 / 2 - 3 e^4 / 8 and less.
    [InlineData(3, 4, 4, 3, 0.04)]
    [InlineData(1, 0, 0, 5, 1)]
    [InlineData(1, 0, -2, 0, 2)]
    [InlineData(1, 0, 1, 1e-3, 4.99999625e-7)]
    [InlineData(1, 0, 1, 1e-5, 5e-11)]
    public void Add_TwoChannels_IsTheExactDistanceHoweverSmall(float a0, float a1, float b0, float b1, double expected)
    {
        var layer = new PictureShape(2, 3, 9);
        var (a, b, map) = (new float[layer.Length], new float[layer.Length], new float[layer.Pixels]);
        a.AsSpan(0, layer.Pixels).Fill(a0);
        a.AsSpan(layer.Pixels).Fill(a1);
        b.AsSpan(0, layer.Pixels).Fill(b0);
        b.AsSpan(layer.Pixels).Fill(b1);

        FeatureComparison.Add(a, b, layer, new float[FeatureComparison.ScratchLength(layer)], layer.Width, layer.Height, map);

        Assert.All(map, distance => Assert.Equal(expected, distance, expected * 1e-5));
    }

    [Fact]
    public void Add_SteadyState_AllocatesNothing()
    {
        var layer = new PictureShape(8, 8, 8);
        float[] a = new float[layer.Length], scratch = new float[FeatureComparison.ScratchLength(layer)], map = new float[256];
        FeatureComparison.Add(a, a, layer, scratch, 16, 16, map);

        var allocated = new AllocatedBytes();
        FeatureComparison.Add(a, a, layer, scratch, 16, 16, map);
        Assert.Equal(0, allocated.Count);
    }

    private static double Expected(float[] a, float[] b, PictureShape layer, double y, double x)
    {
        y = Math.Clamp(y, 0, layer.Height - 1);
        x = Math.Clamp(x, 0, layer.Width - 1);
        var sum = 0.0;
        for (var dy = 0; dy <= 1; dy++)
            for (var dx = 0; dx <= 1; dx++)
            {
                var (row, column) = ((int)y + dy, (int)x + dx);
                var weight = (1 - Math.Abs(y - row)) * (1 - Math.Abs(x - column));
                if (weight > 0 && row < layer.Height && column < layer.Width)
                    sum += weight * Distance(a, b, layer, row, column);
            }
        return sum;
    }

    private static double Distance(float[] a, float[] b, PictureShape layer, int y, int x)
    {
        double dot = 0, aa = 0, bb = 0;
        for (var c = 0; c < layer.Channels; c++)
        {
            double Pooled(float[] v)
            {
                var mean = 0.0;
                for (var dy = -1; dy <= 1; dy++)
                    for (var dx = -1; dx <= 1; dx++)
                    {
                        var row = Math.Clamp(y + dy, 0, layer.Height - 1);
                        mean += v[c * layer.Pixels + row * layer.Width + Math.Clamp(x + dx, 0, layer.Width - 1)] / 9.0;
                    }
                return mean;
            }
            var (pa, pb) = (Pooled(a), Pooled(b));
            dot += pa * pb;
            aa += pa * pa;
            bb += pb * pb;
        }
        return 1 - dot / Math.Sqrt(aa * bb);
    }
}
