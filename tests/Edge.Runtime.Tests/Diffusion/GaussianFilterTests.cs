using System.Numerics;
using System.Runtime.Intrinsics;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class GaussianFilterTests
{
    [Theory]
    [InlineData(0.5, 40, 30)]
    [InlineData(1, 64, 64)]
    [InlineData(4, 100, 37)]
    [InlineData(16, 131, 90)]
    [InlineData(16, 20, 11)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 1, 9)]
    [InlineData(2, 5, 2)]
    public void Apply_AnyPlane_MatchesTheTwoDimensionalSum(double sigma, int width, int height)
    {
        var source = Enumerable.Range(0, width * height).Select(i => (float)(Math.Sin(i * 1.7) + (i % 31 == 0 ? 20 : 0))).ToArray();
        var filter = new GaussianFilter(sigma);
        var actual = Apply(filter, source, width, height);

        var radius = (int)Math.Ceiling(3 * sigma);
        for (var y = 0; y < height; y += Math.Max(1, height / 7))
            for (var x = 0; x < width; x++)
            {
                double sum = 0, total = 0;
                for (var dy = -radius; dy <= radius; dy++)
                    for (var dx = -radius; dx <= radius; dx++)
                    {
                        var weight = Math.Exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                        total += weight;
                        sum += weight * source[Mirror(y + dy, height) * width + Mirror(x + dx, width)];
                    }
                Assert.Equal(sum / total, actual[y * width + x], 2e-6 * 21);
            }

        static int Mirror(int i, int n)
        {
            while (n > 1 && (i < 0 || i >= n))
                i = i < 0 ? -i : 2 * (n - 1) - i;
            return n == 1 ? 0 : i;
        }
    }

    [Theory]
    [InlineData(1, 33, 17)]
    [InlineData(16, 256, 256)]
    public void Apply_ConstantPlane_StaysConstant(double sigma, int width, int height)
    {
        var source = new float[width * height];
        Array.Fill(source, 3.5f);

        Assert.All(Apply(new GaussianFilter(sigma), source, width, height), v => Assert.Equal(3.5f, v, 3.5e-6f));
    }

    [Fact]
    public void Apply_SameColumnsInWiderPlane_DoNotDependOnVectorRemainders()
    {
        // Columns far from the right border must come out alike however the row splits into vectors.
        var filter = new GaussianFilter(1);
        var expected = Apply(filter, Plane(80), 80, 12);
        for (var width = 41; width < 80; width++)
        {
            var actual = Apply(filter, Plane(width), width, 12);
            for (var y = 0; y < 12; y++)
                Assert.Equal(expected[(y * 80)..(y * 80 + 38)], actual[(y * width)..(y * width + 38)]);
        }

        static float[] Plane(int width) => Enumerable.Range(0, width * 12).Select(i => MathF.Sin(i / width * 5 + i % width)).ToArray();
    }

    [Theory]
    [InlineData(1, 33, 17)]
    [InlineData(3, 64, 20)]
    [InlineData(9, 131, 90)]
    [InlineData(27, 256, 64)]
    public void Apply_VectorsOfEitherLength_GiveTheSameBits(double sigma, int width, int height)
    {
        var filter = new GaussianFilter(sigma);
        float[] source = [.. Enumerable.Range(0, width * height).Select(i => MathF.Sin(i * 1.7f) + (i % 31 == 0 ? 20 : 0))], scratch = new float[filter.ScratchLength(width)];
        float[] narrow = new float[source.Length], wide = new float[source.Length];

        filter.Apply<Vector<float>, GaussianFilter.Lanes>(source, narrow, scratch, width, height);
        filter.Apply<Vector512<float>, GaussianFilter.WideLanes>(source, wide, scratch, width, height);

        Assert.Equal(narrow, wide);
    }

    [Fact]
    public void Apply_SteadyState_AllocatesNothing()
    {
        var filter = new GaussianFilter(16);
        float[] source = new float[64 * 48], result = new float[64 * 48], scratch = new float[filter.ScratchLength(64)];
        filter.Apply(source, result, scratch, 64, 48);

        var allocated = new AllocatedBytes();
        filter.Apply(source, result, scratch, 64, 48);
        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Apply_BadArguments_AreRefused()
    {
        var filter = new GaussianFilter(1);
        var plane = new float[16];
        Assert.Throws<ArgumentException>(() => filter.Apply(plane, new float[15], new float[99], 4, 4));
        Assert.Throws<ArgumentException>(() => filter.Apply(plane, plane, new float[99], 4, 4));
        Assert.Throws<ArgumentException>(() => filter.Apply(plane, new float[16], new float[9], 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianFilter(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianFilter(1e9));
    }

    private static float[] Apply(GaussianFilter filter, float[] source, int width, int height)
    {
        var result = new float[source.Length];
        filter.Apply(source, result, new float[filter.ScratchLength(width)], width, height);
        return result;
    }
}
