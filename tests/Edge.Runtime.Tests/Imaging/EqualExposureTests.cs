using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public class EqualExposureTests
{
    [Fact]
    public void Apply_ElevenGreys_GivesTheFormulasValues()
    {
        var values = Values(251, 6, 12, 21, 46, 96, 146, 196, 196, 196, 236);

        EqualExposure.Apply(values);

        // In order their logarithms are those of 10, 16, 25, 50, 100, 150, 200 ... 255. The median is 150's, the deciles are 16's and 240's: a spread of 2.70805 / 2.5631.
        Assert.Equal(-0.471985, values[1], 1e-5);
        Assert.Equal(0, values[6], 1e-6);
        Assert.Equal(0.100109, values[0], 1e-5);
    }

    [Theory]
    [InlineData(0.25, 1)]
    [InlineData(0.6, 1)]
    [InlineData(1, 0.5)]
    [InlineData(2.2, 0.8)]
    public void Apply_OtherGainAndGamma_ComesOutTheSame(double gain, double gamma)
    {
        double[] greys = [.. Enumerable.Range(0, 101).Select(i => 20.0 + 83 * i % 101 * 0.6)];
        float[] picture = Values(greys), other = Values([.. greys.Select(g => gain * Math.Pow(g + 4, gamma) - 4)]);

        EqualExposure.Apply(picture);
        EqualExposure.Apply(other);

        for (var i = 0; i < picture.Length; i++)
            Assert.Equal(picture[i], other[i], 1e-4);
        Assert.True(picture.Max() - picture.Min() > 0.5);
    }

    [Fact]
    public void Apply_ADefect_HardlyMovesTheRest()
    {
        double[] greys = [.. Enumerable.Range(0, 1001).Select(i => 90.0 + 383 * i % 1001 * 0.05)];
        float[] picture = Values(greys), spoiled = Values([.. greys.Select((g, i) => i < 10 ? 0 : g)]);

        EqualExposure.Apply(picture);
        EqualExposure.Apply(spoiled);

        // One pixel in a hundred, black: it alone has a standard deviation twice the spread of the rest.
        for (var i = 10; i < picture.Length; i++)
            Assert.Equal(picture[i], spoiled[i], 0.01);
        Assert.True(spoiled[0] < -0.99);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(255)]
    public void Apply_OneColour_StaysOne(double grey)
    {
        var values = Values([.. Enumerable.Repeat(grey, 50)]);
        EqualExposure.Apply(values);
        Assert.All(values, v => Assert.Equal(0, v, 1e-6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void Prepare_WhereTheBundleSaysSo_IsTheSameInHalfTheLight(double scale)
    {
        var pixels = new byte[40 * 40];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(100 + 2 * (i % 40) + i / 40);
        byte[] darker = [.. pixels.Select(p => (byte)Math.Round((p + 4) * 0.5 - 4))];
        var preprocessor = new Preprocessor(1, new Preprocessing { Scale = scale, EqualExposure = true });

        preprocessor.Prepare(new Frame(pixels, 40, 40, 1));
        float[] bright = [.. preprocessor.Values];
        preprocessor.Prepare(new Frame(darker, 40, 40, 1));

        Assert.Equal(40 * scale * 40 * scale, bright.Length);
        // Half the light has half the grey levels: one of them is 1 % here, a twenty-fifth of the spread.
        for (var i = 0; i < bright.Length; i++)
            Assert.Equal(bright[i], preprocessor.Values[i], 0.02);
        Assert.InRange(bright.Order().ElementAt(bright.Length / 2), -1e-3, 1e-3);
    }

    [Fact]
    public void Prepare_SteadyState_AllocatesNothing()
    {
        var pixels = new byte[40 * 40];
        new Random(1).NextBytes(pixels);
        var preprocessor = new Preprocessor(1, new Preprocessing { EqualExposure = true });
        preprocessor.Prepare(new Frame(pixels, 40, 40, 1));

        var allocated = new AllocatedBytes();
        preprocessor.Prepare(new Frame(pixels, 40, 40, 1));
        Assert.Equal(0, allocated.Count);
    }

    private static float[] Values(params double[] greys) => [.. greys.Select(g => (float)(g / 127.5 - 1))];
}
