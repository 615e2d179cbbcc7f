using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public sealed class PictureLightTests
{
    private const int Side = 128;

    [Fact]
    public void Of_FlatGrey_HasItsBrightnessAndNoSharpness()
    {
        Assert.Equal(new PictureLight(0.2, 0), Of(Picture((_, _) => 51)));
        Assert.Equal(new PictureLight(0, 0), Of(Picture((_, _) => 0)));
    }

    [Fact]
    public void Of_Stripes_IsWhatTheFormulaGives()
    {
        // Columns 50 50 150 150: two apart they differ by 100, but for the last two, which have no such neighbour; down they do not differ.
        var light = Of(Picture((x, _) => x / 2 % 2 == 0 ? 50 : 150));

        Assert.Equal(100 / 255.0, light.Brightness, 1e-9);
        Assert.Equal(Math.Sqrt(100.0 * 100 * (Side - 2) / Side / 2) / 100, light.Sharpness, 1e-9);
    }

    [Fact]
    public void Of_Stripes_HaveContrastAndNoNoise()
    {
        // Half of the columns are 50 and half 150: a deviation of 50. Along a column nothing bends, so the mask for noise sees nothing.
        var light = Of(Picture((x, _) => x / 2 % 2 == 0 ? 50 : 150));

        Assert.Equal(50 / 255.0, light.Contrast, 1e-9);
        Assert.Equal(0, light.Noise);
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(1, 1, 16)]
    [InlineData(3, 1, 8)]
    [InlineData(1, 2, 4)]
    public void Of_NoiseOnASlope_IsTheNoisesDeviation(int channels, int bytes, int deviation)
    {
        var noise = new float[256 * 256];
        PhiloxNoise.Fill(noise, 7, 0);
        var pixels = new byte[noise.Length * channels * bytes];
        for (var i = 0; i < noise.Length; i++)
            for (var c = 0; c < channels; c++)
            {
                var value = (bytes == 1 ? 1 : 257) * (64 + i % 256 / 4 + i / 256 / 4 + deviation * noise[i]);
                if (bytes == 1)
                    pixels[i * channels + c] = (byte)Math.Clamp(MathF.Round(value), 0, 255);
                else
                    BitConverter.TryWriteBytes(pixels.AsSpan(2 * i), (ushort)Math.Clamp(MathF.Round(value), 0, 65535));
            }

        var light = PictureLight.Of(new Frame(pixels, 256, 256, channels, bytes));

        // Whole grey levels and the slope's steps add less than one of 4 levels' noise.
        Assert.Equal(deviation / 255.0, light.Noise, 0.04 * deviation / 255.0);
    }

    [Fact]
    public void Of_TwiceTheLight_ChangesBrightnessOnly()
    {
        var (dim, bright) = (Of(Noise(1)), Of(Noise(2)));

        Assert.Equal(2 * dim.Brightness, bright.Brightness, 1e-9);
        Assert.Equal(dim.Sharpness, bright.Sharpness, 1e-9);
    }

    [Fact]
    public void Of_Blurred_IsLessSharpAndAsBright()
    {
        var sharp = Noise(2);
        var blurred = Picture((x, y) => (sharp[y * Side + x] + sharp[y * Side + Math.Min(x + 1, Side - 1)] + sharp[Math.Min(y + 1, Side - 1) * Side + x]) / 3);

        Assert.Equal(Of(sharp).Brightness, Of(blurred).Brightness, 0.005);
        Assert.InRange(Of(blurred).Sharpness, 0, 0.8 * Of(sharp).Sharpness);
    }

    [Fact]
    public void Of_SameContentInAnotherForm_IsTheSame()
    {
        var grey = Noise(2);
        var bgr = grey.SelectMany(v => new[] { v, v, v }).ToArray();
        var wide = grey.SelectMany(v => new[] { v, v }).ToArray();
        var padded = new byte[Side * (Side + 8)];
        for (var y = 0; y < Side; y++)
            grey.AsSpan(y * Side, Side).CopyTo(padded.AsSpan(y * (Side + 8)));
        var expected = Of(grey);

        Assert.Equal(expected, PictureLight.Of(new Frame(bgr, Side, Side, 3)));
        Assert.Equal(expected, PictureLight.Of(new Frame(padded, Side, Side, 1, 1, Side + 8)));
        // 257 times as much on a scale 257 times as long.
        var sixteen = PictureLight.Of(new Frame(wide, Side, Side, 1, 2));
        Assert.Equal(expected.Brightness, sixteen.Brightness, 1e-12);
        Assert.Equal(expected.Sharpness, sixteen.Sharpness, 1e-12);
    }

    [Fact]
    public void Of_LargePicture_AgreesWithAllOfItAndAllocatesNothing()
    {
        var random = new Random(3);
        var pixels = new byte[1200 * 1000];
        random.NextBytes(pixels);
        PictureLight.Of(new Frame(pixels, 1200, 1000, 1));
        var allocated = new AllocatedBytes();

        var light = PictureLight.Of(new Frame(pixels, 1200, 1000, 1));

        Assert.Equal(0, allocated.Count);
        // Independent uniform values: mean 127.5, and differences of twice their variance (256^2 - 1) / 12.
        Assert.Equal(0.5, light.Brightness, 0.01);
        Assert.Equal(Math.Sqrt((256.0 * 256 - 1) / 6) / 127.5, light.Sharpness, 0.01);
    }

    [Fact]
    public void Of_OnePixel_Works() => Assert.Equal(new PictureLight(1, 0), PictureLight.Of(new Frame([255], 1, 1, 1)));

    private static PictureLight Of(byte[] pixels) => PictureLight.Of(new Frame(pixels, Side, Side, 1));

    private static byte[] Noise(int factor)
    {
        var random = new Random(5);
        return Picture((_, _) => factor * random.Next(40, 120));
    }

    private static byte[] Picture(Func<int, int, int> value) => [.. Enumerable.Range(0, Side * Side).Select(i => (byte)value(i % Side, i / Side))];
}
