using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class CoarseGaussianTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7.9, 1)]
    [InlineData(8, 2)]
    [InlineData(16, 4)]
    [InlineData(27, 4)]
    [InlineData(32, 8)]
    [InlineData(100, 8)]
    public void Cell_Width_IsAtLeastFourCells(double sigma, int expected) => Assert.Equal(expected, new CoarseGaussian(sigma).Cell);

    [Theory]
    [InlineData(3, 64, 48)]
    [InlineData(9, 256, 256)]
    [InlineData(16, 131, 100)]
    [InlineData(27, 256, 256)]
    [InlineData(27, 203, 310)]
    public void Apply_Noise_IsWhatTheFullFilterGives(double sigma, int width, int height)
    {
        var random = new Random(5);
        var source = Enumerable.Range(0, width * height).Select(_ => (float)(-Math.Log(1 - random.NextDouble()))).ToArray();

        var (coarse, full) = (Apply(sigma, source, width, height), Full(sigma, source, width, height));

        // Smoothed noise still varies; what the grid changes of it must be little of that. At the rim the mirror stands half a cell further in.
        var mean = full.Average();
        var deviation = Math.Sqrt(full.Average(v => (v - mean) * (v - mean)));
        var inside = Enumerable.Range(0, full.Length).Where(i => Inside(i, width, height, 2 * (int)sigma)).ToArray();
        Assert.InRange(Difference(inside) / deviation, 0, 0.08);
        Assert.InRange(Difference([.. Enumerable.Range(0, full.Length)]) / deviation, 0, 0.35);

        double Difference(int[] pixels) => Math.Sqrt(pixels.Average(i => Math.Pow(coarse[i] - full[i], 2)));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(27)]
    public void Apply_Point_BecomesAGaussianOfThatWidth(double sigma)
    {
        const int Side = 255;
        var source = new float[Side * Side];
        source[127 * Side + 127] = 1;

        var result = Apply(sigma, source, Side, Side);

        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < result.Length; i++)
            (sum, squares) = (sum + result[i], squares + result[i] * Math.Pow(i % Side - 127, 2));
        Assert.Equal(1, sum, 0.01);
        // Three standard deviations either way hold 97 % of the variance.
        Assert.Equal(sigma, Math.Sqrt(squares / sum / 0.973), 0.03 * sigma);
        Assert.Equal(1 / (2 * Math.PI * sigma * sigma), result[127 * Side + 127], 0.05 / (2 * Math.PI * sigma * sigma));
    }

    [Theory]
    [InlineData(27, 256, 256)]
    [InlineData(27, 5, 3)]
    [InlineData(9, 33, 17)]
    [InlineData(12, 1, 1)]
    public void Apply_ConstantPlane_StaysConstant(double sigma, int width, int height)
    {
        var source = new float[width * height];
        Array.Fill(source, 3.5f);

        Assert.All(Apply(sigma, source, width, height), v => Assert.Equal(3.5f, v, 7e-6f));
    }

    private static bool Inside(int i, int width, int height, int rim) =>
        i % width >= rim && i % width < width - rim && i / width >= rim && i / width < height - rim;

    private static float[] Apply(double sigma, float[] source, int width, int height)
    {
        var filter = new CoarseGaussian(sigma);
        var result = new float[source.Length];
        filter.Apply(source, result, new float[filter.ScratchLength(height, width)], width, height);
        return result;
    }

    private static float[] Full(double sigma, float[] source, int width, int height)
    {
        var filter = new GaussianFilter(sigma);
        var result = new float[source.Length];
        filter.Apply(source, result, new float[filter.ScratchLength(width)], width, height);
        return result;
    }
}
