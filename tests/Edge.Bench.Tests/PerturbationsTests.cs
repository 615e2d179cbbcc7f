using Edge.Runtime;
using Edge.CommandLine;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Bench.Tests;

public sealed class PerturbationsTests
{
    [Fact]
    public void Apply_Brightness_AddsAShareOfFullScaleAndClips()
    {
        // 0.2 of 255 is 51.
        Assert.Equal([51, 151, 255, 255], Grey(Perturbation.Brightness, 0.2, [0, 100, 204, 220], 2));
        Assert.Equal([0, 49, 153, 169], Grey(Perturbation.Brightness, -0.2, [0, 100, 204, 220], 2));
    }

    [Theory]
    [InlineData(1.5, 90, 150)]
    [InlineData(0.5, 110, 130)]
    [InlineData(0, 120, 120)]
    public void Apply_Contrast_IsAFactorOnTheDistanceFromTheMean(double factor, byte low, byte high) =>
        Assert.Equal([low, high, high, low], Grey(Perturbation.Contrast, factor, [100, 140, 140, 100], 2));

    [Fact]
    public void Apply_ContrastOfColours_KeepsEachChannelsMean()
    {
        byte[] bgr = [10, 100, 200, 30, 120, 240];
        Assert.Equal([0, 90, 180, 40, 130, 255], Perturbations.Apply(new Frame(bgr, 2, 1, 3), Perturbation.Contrast, 2).Pixels.ToArray());
    }

    [Fact]
    public void Apply_Blur_KeepsTheMeanAndLowersTheVariance()
    {
        var noise = Uniform(256 * 256);

        var (mean, deviation) = Moments(Grey(Perturbation.Blur, 2, noise, 256));

        // A Gaussian leaves 1 / (4 pi sigma^2) of the variance of independent values, here (256^2 - 1) / 12.
        Assert.Equal(Moments(noise).Mean, mean, 0.5);
        Assert.Equal(Math.Sqrt(65535 / 12.0 / (16 * Math.PI)), deviation, 0.5);
    }

    [Fact]
    public void Apply_Noise_HasTheDeviationAndIsTheSeeds()
    {
        var flat = Enumerable.Repeat((byte)128, 256 * 256).ToArray();

        var noisy = Grey(Perturbation.Noise, 0.02, flat, 256);

        // Five standard errors, 5.1 / sqrt(2 n) and 5.1 / sqrt(n); whole grey levels add a variance of 1 / 12.
        var (mean, deviation) = Moments(noisy);
        Assert.Equal(128, mean, 0.1);
        Assert.Equal(Math.Sqrt(5.1 * 5.1 + 1 / 12.0), deviation, 0.07);
        Assert.Equal(noisy, Grey(Perturbation.Noise, 0.02, flat, 256));
        Assert.NotEqual(noisy, Perturbations.Apply(new Frame(flat, 256, 256, 1), Perturbation.Noise, 0.02, seed: 1).Pixels.ToArray());
    }

    [Fact]
    public void Apply_Jpeg_LosesLittleAt100AndMuchAt20()
    {
        var pixels = Uniform(64 * 64);

        double Loss(int quality) => Grey(Perturbation.Jpeg, quality, pixels, 64).Zip(pixels).Average(p => Math.Abs(p.First - p.Second));

        // At 100 every coefficient is rounded to a whole number, and then every value.
        Assert.InRange(Loss(100), 0, 1);
        Assert.InRange(Loss(20), 10, 100);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    public void Apply_NoChange_IsTheSameToTheByte(int channels, int bytes)
    {
        const int Padding = 6;
        var row = 20 * channels * bytes;
        var pixels = Uniform(10 * (row + Padding));
        var frame = new Frame(pixels, 20, 10, channels, bytes, row + Padding);
        foreach (var kind in Enum.GetValues<Perturbation>().Where(kind => kind != Perturbation.Jpeg))
        {
            var same = Perturbations.Apply(frame, kind, Perturbations.Range(kind).None);

            Assert.Equal((20, 10, channels, bytes), (same.Width, same.Height, same.Channels, same.BytesPerChannel));
            for (var y = 0; y < 10; y++)
                Assert.Equal(frame.Row(y).ToArray(), same.Row(y).ToArray());
        }
    }

    [Fact]
    public void Apply_QuarterTurn_IsAnticlockwise() =>
        Assert.Equal([3, 6, 9, 2, 5, 8, 1, 4, 7], Grey(Perturbation.Rotation, 90, [1, 2, 3, 4, 5, 6, 7, 8, 9], 3));

    [Theory]
    [InlineData(Perturbation.Rotation, 5, 112)]
    [InlineData(Perturbation.Rotation, -1, 112)]
    [InlineData(Perturbation.Scale, 0.85, 96)]
    [InlineData(Perturbation.Scale, 1.15, 128)]
    public void Apply_MovedSlope_IsTheSlopeMovedWithoutABorder(Perturbation kind, double strength, int side)
    {
        // A border that is mirrored or filled would bend a plane.
        static double Plane(double x, double y) => 120 + 0.6 * x - 0.3 * y;
        var pixels = new byte[2 * 128 * 128];
        for (var i = 0; i < 128 * 128; i++)
            BitConverter.TryWriteBytes(pixels.AsSpan(2 * i), (ushort)Math.Round(200 * Plane(i % 128 - 63.5, i / 128 - 63.5)));

        var moved = Perturbations.Apply(new Frame(pixels, 128, 128, 1, 2), kind, strength);

        Assert.Equal((side, side), (moved.Width, moved.Height));
        var (factor, angle) = kind == Perturbation.Scale ? (1 / strength, 0.0) : (1.0, strength * Math.PI / 180);
        var centre = (side - 1) / 2.0;
        for (var i = 0; i < side * side; i++)
        {
            double x = factor * (i % side - centre), y = factor * (i / side - centre);
            var expected = 200 * Plane(x * Math.Cos(angle) - y * Math.Sin(angle), x * Math.Sin(angle) + y * Math.Cos(angle));
            Assert.Equal(expected, BitConverter.ToUInt16(moved.Pixels[(2 * i)..]), 1.1);
        }
    }

    [Theory]
    [InlineData(Perturbation.Rotation, 1)]
    [InlineData(Perturbation.Rotation, 5)]
    [InlineData(Perturbation.Scale, 1.02)]
    public void Apply_MovedFineWeave_IsNotBlurred(Perturbation kind, double strength)
    {
        // Waves four pixels long: half-way between two pixels bilinear interpolation leaves cos(pi / 4) = 71 % of them.
        static double Weave(double x, double y) => 128 + 50 * Math.Sin(Math.PI / 2 * x) + 50 * Math.Sin(Math.PI / 2 * y);
        byte[] pixels = [.. Enumerable.Range(0, 128 * 128).Select(i => (byte)Math.Round(Weave(i % 128 - 63.5, i / 128 - 63.5)))];

        var moved = Perturbations.Apply(new Frame(pixels, 128, 128, 1), kind, strength);

        var (factor, angle) = kind == Perturbation.Scale ? (1 / strength, 0.0) : (1.0, strength * Math.PI / 180);
        var centre = (moved.Width - 1) / 2.0;
        for (var i = 0; i < moved.Width * moved.Height; i++)
        {
            double x = factor * (i % moved.Width - centre), y = factor * (i / moved.Width - centre);
            var (u, v) = (x * Math.Cos(angle) - y * Math.Sin(angle), x * Math.Sin(angle) + y * Math.Cos(angle));
            if (Math.Max(Math.Abs(u), Math.Abs(v)) < 59)
                Assert.Equal(Weave(u, v), moved.Pixels[i], 4.0);
        }
    }

    [Theory]
    [InlineData(Perturbation.Brightness, 0.1)]
    [InlineData(Perturbation.Contrast, 1.3)]
    [InlineData(Perturbation.Blur, 1)]
    [InlineData(Perturbation.Rotation, 2)]
    [InlineData(Perturbation.Scale, 0.9)]
    public void Apply_ThreeEqualChannels_IsTheGreyOne(Perturbation kind, double strength)
    {
        var grey = Uniform(48 * 32);
        var bgr = grey.SelectMany(v => new[] { v, v, v }).ToArray();

        var expected = Perturbations.Apply(new Frame(grey, 48, 32, 1), kind, strength);
        var actual = Perturbations.Apply(new Frame(bgr, 48, 32, 3), kind, strength);

        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.Equal(expected.Pixels.ToArray().SelectMany(v => new[] { v, v, v }), actual.Pixels.ToArray());
    }

    [Fact]
    public void Apply_SixteenBits_UseTheirOwnFullScale()
    {
        // 0.2 of 65535 is 13107.
        var brighter = Perturbations.Apply(new Frame([0x00, 0x10], 1, 1, 1, 2), Perturbation.Brightness, 0.2);
        Assert.Equal(0x1000 + 13107, BitConverter.ToUInt16(brighter.Pixels));
        var flat = Enumerable.Repeat(new byte[] { 0x80, 0x80 }, 64).SelectMany(v => v).ToArray();
        Assert.All(Perturbations.Apply(new Frame(flat, 8, 8, 1, 2), Perturbation.Jpeg, 90).Pixels.ToArray(), value => Assert.InRange(value, 0x7F, 0x81));
    }

    [Fact]
    public void Apply_OnePixel_StaysIt()
    {
        foreach (var kind in (Perturbation[])[Perturbation.Blur, Perturbation.Rotation, Perturbation.Scale, Perturbation.Contrast])
            Assert.Equal([77], Perturbations.Apply(new Frame([77], 1, 1, 1), kind, 2).Pixels.ToArray());
    }

    [Theory]
    [InlineData(Perturbation.Brightness, 1.1)]
    [InlineData(Perturbation.Contrast, -0.1)]
    [InlineData(Perturbation.Blur, double.NaN)]
    [InlineData(Perturbation.Noise, -0.1)]
    [InlineData(Perturbation.Jpeg, 0)]
    [InlineData(Perturbation.Rotation, double.PositiveInfinity)]
    [InlineData(Perturbation.Scale, 0)]
    [InlineData((Perturbation)99, 0)]
    public void Apply_StrengthOutsideItsRange_Throws(Perturbation kind, double strength) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Perturbations.Apply(new Frame([1], 1, 1, 1), kind, strength).Width);

    private static byte[] Grey(Perturbation kind, double strength, byte[] pixels, int width) =>
        Perturbations.Apply(new Frame(pixels, width, pixels.Length / width, 1), kind, strength).Pixels.ToArray();

    private static byte[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)PhiloxNoise.UInt32(3, 0, (ulong)i))];

    private static (double Mean, double Deviation) Moments(byte[] values)
    {
        var mean = values.Average(v => (double)v);
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}
