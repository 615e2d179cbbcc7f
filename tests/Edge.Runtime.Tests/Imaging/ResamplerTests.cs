using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public class ResamplerTests
{
    [Fact]
    public void Apply_SameSize_CopiesToTheBit()
    {
        float[] source = Plane(7, 5, (x, y) => x * 0.3f - y * 0.7f), target = new float[35];
        new Resampler(7, 5, 7, 5).Apply(source, target);
        Assert.Equal(source, target);
    }

    [Theory]
    [InlineData(64, 48, 20, 17)]
    [InlineData(5, 9, 31, 40)]
    [InlineData(20, 3, 10, 12)]
    [InlineData(1, 1, 8, 8)]
    [InlineData(33, 21, 1, 1)]
    public void Apply_Constant_StaysConstant(int sourceWidth, int sourceHeight, int width, int height)
    {
        var target = new float[width * height];
        new Resampler(sourceWidth, sourceHeight, width, height).Apply(Plane(sourceWidth, sourceHeight, (_, _) => 0.75f), target);
        Assert.All(target, v => Assert.Equal(0.75f, v, 1e-6));
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(64, 32)]
    [InlineData(16, 64)]
    public void Apply_Ramp_StaysARampInside(int from, int to)
    {
        // A symmetric filter keeps a linear function: the value at an output's centre is the input's there. Borders cut the filter off.
        var target = new float[to];
        new Resampler(from, 1, to, 1).Apply(Plane(from, 1, (x, _) => x), target);
        double scale = (double)from / to;
        int margin = (int)Math.Ceiling(Math.Max(1, 1 / scale));
        for (int i = margin; i < to - margin; i++) Assert.Equal((i + 0.5) * scale - 0.5, target[i], 1e-3);
    }

    [Fact]
    public void Apply_DoubledWidth_IsBilinearWithHalfPixelCentres()
    {
        var target = new float[4];
        new Resampler(2, 1, 4, 1).Apply([0, 1], target);
        Assert.Equal([0, 0.25f, 0.75f, 1], target);
    }

    [Fact]
    public void Apply_HalvedWidth_IsATriangleOfOverFourPixels()
    {
        // Triangle of half-width 2 around 4.0: weights 1/8, 3/8, 3/8, 1/8 on pixels 2..5.
        var target = new float[4];
        new Resampler(8, 1, 4, 1).Apply([0, 0, 0, 8, 0, 0, 0, 0], target);
        Assert.Equal(3, target[1], 1e-6);
        Assert.Equal(1, target[2], 1e-6);
    }

    [Fact]
    public void Apply_FinestStripesHalved_TurnGreyInsteadOfAliasing()
    {
        var target = new float[32 * 32];
        new Resampler(64, 64, 32, 32).Apply(Plane(64, 64, (x, _) => x % 2), target);
        for (int x = 1; x < 31; x++) Assert.Equal(0.5, target[5 * 32 + x], 1e-6);
    }

    [Fact]
    public void Apply_Twice_GivesTheSameBitsAndAllocatesNothing()
    {
        float[] source = Plane(50, 40, (x, y) => MathF.Sin(x * 1.7f + y)), first = new float[30 * 70], second = new float[30 * 70];
        var resampler = new Resampler(50, 40, 30, 70);
        resampler.Apply(source, first);
        var allocated = new AllocatedBytes();
        resampler.Apply(source, second);
        Assert.Equal(0, allocated.Count);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Apply_WrongLength_Throws() =>
        Assert.Throws<ArgumentException>(() => new Resampler(2, 2, 1, 1).Apply(new float[3], new float[1]));

    private static float[] Plane(int width, int height, Func<int, int, float> value) =>
        Enumerable.Range(0, width * height).Select(i => value(i % width, i / width)).ToArray();
}
