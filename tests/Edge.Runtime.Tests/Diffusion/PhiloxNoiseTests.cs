using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class PhiloxNoiseTests
{
    // The known answers published with Random123 (kat_vectors, philox4x32 10).
    [Theory]
    [InlineData(0ul, 0ul, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3_243f6a88ul, 0x03707344_13198a2eul, 0x299f31d0_a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox4x32_KnownInputs_GivesPublishedAnswers(ulong low, ulong high, ulong key, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), PhiloxNoise.Philox4x32(low, high, key));

    [Fact]
    public void Fill_AnyValue_IsBoxMullerOfItsOwnWords()
    {
        var normals = new float[1000];
        PhiloxNoise.Fill(normals, 7, 3);

        for (var i = 0; i < normals.Length; i++)
        {
            var first = (ulong)(i / 2 * 2);
            var radius = Math.Sqrt(-2 * Math.Log((PhiloxNoise.UInt32(7, 3, first) + 1.0) / 4294967296));
            var angle = 2 * Math.PI * PhiloxNoise.UInt32(7, 3, first + 1) / 4294967296;
            Assert.Equal(radius * (i % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle)), normals[i], 4e-6);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(255)]
    [InlineData(257)]
    public void Fill_FewerValues_IsAPrefix(int length)
    {
        var whole = new float[1024];
        var part = new float[length];
        PhiloxNoise.Fill(whole, 42, 1);
        PhiloxNoise.Fill(part, 42, 1);

        Assert.Equal(whole[..length], part);
    }

    [Fact]
    public void Fill_ManyValues_AreStandardNormal()
    {
        const int N = 1 << 20;
        var z = new float[N];
        PhiloxNoise.Fill(z, 1, 2);

        Assert.Equal(0, z.Average(), 5 / Math.Sqrt(N));
        Assert.Equal(1, z.Average(v => (double)v * v), 5 * Math.Sqrt(2.0 / N));
        Assert.Equal(0, z.Average(v => Math.Pow(v, 3)), 5 * Math.Sqrt(15.0 / N));
        Assert.Equal(3, z.Average(v => Math.Pow(v, 4)), 5 * Math.Sqrt(96.0 / N));
        Assert.Equal(0, z.Skip(1).Zip(z, (a, b) => (double)a * b).Average(), 5 / Math.Sqrt(N));
        Assert.Equal(0.8413447, z.Count(v => v < 1) / (double)N, 5 * Math.Sqrt(0.8413 * 0.1587 / N));
        Assert.Equal(2.699796e-3, z.Count(v => Math.Abs(v) > 3) / (double)N, 5 * Math.Sqrt(2.7e-3 / N));
    }

    [Fact]
    public void Fill_OtherSeedOrStream_IsUncorrelated()
    {
        const int N = 1 << 16;
        float[] a = new float[N], b = new float[N], c = new float[N];
        PhiloxNoise.Fill(a, 1, 1);
        PhiloxNoise.Fill(b, 1, 2);
        PhiloxNoise.Fill(c, 2, 1);

        Assert.Equal(0, a.Zip(b, (x, y) => (double)x * y).Average(), 5 / Math.Sqrt(N));
        Assert.Equal(0, a.Zip(c, (x, y) => (double)x * y).Average(), 5 / Math.Sqrt(N));
    }

    [Fact]
    public void FillUniform_ManyValues_LieInTheUnitIntervalEvenly()
    {
        const int N = 1 << 16;
        var u = new float[N];
        PhiloxNoise.FillUniform(u, 9, 0);

        Assert.All(u, v => Assert.InRange(v, 0, 0.99999995f));
        Assert.Equal(0.5, u.Average(), 5 / Math.Sqrt(12.0 * N));
        Assert.Equal(1.0 / 3, u.Average(v => (double)v * v), 5 * Math.Sqrt(4.0 / 45 / N));
    }
}
