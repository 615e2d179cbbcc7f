using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class TScalesTests
{
    private static readonly NoiseSchedule Schedule = new();
    private static readonly PictureShape Pixel = new(1, 1, 1);

    [Theory]
    [InlineData(8, .3, 1.038809)]
    [InlineData(25, .3, 1.498400)]
    [InlineData(50, .3, 1.288523)]
    [InlineData(100, .3, .807586)]
    [InlineData(200, .3, .406829)]
    [InlineData(8, 2, 6.925391)]
    [InlineData(25, 2, 9.989331)]
    [InlineData(50, 2, 8.590154)]
    [InlineData(100, 2, 5.383909)]
    [InlineData(200, 2, 2.712191)]
    public void Residuals_Noiseless_MatchTheTable(int t, float y0, double expected) =>
        Assert.Equal(expected, Read([y0], Pixel, [t], TScaleMode.Noiseless)[0], 1e-5);

    [Theory]
    [InlineData(8, .3, .608464)]
    [InlineData(25, .3, 1.236855)]
    [InlineData(50, .3, 1.166511)]
    [InlineData(100, .3, .768260)]
    [InlineData(200, .3, .397458)]
    [InlineData(8, 2, 6.495046)]
    [InlineData(25, 2, 9.727786)]
    [InlineData(50, 2, 8.468141)]
    [InlineData(100, 2, 5.344583)]
    [InlineData(200, 2, 2.702820)]
    [InlineData(8, 0, -.430345)]
    [InlineData(25, 0, -.261545)]
    [InlineData(50, 0, -.122013)]
    [InlineData(100, 0, -.039326)]
    [InlineData(200, 0, -.009371)]
    public void Residuals_Noised_MatchTheTable(int t, float y0, double expected)
    {
        // The table's noise is e = .5 and the residual is affine in e: the value at the drawn e, moved by the slope that y0 = 0 shows.
        var e = new float[1];
        PhiloxNoise.Fill(e, 5, (ulong)t);
        var slope = Schedule.SqrtOneMinusAbar(t) * GaussianDenoiser.Eps(Schedule, 1, t) - 1;

        Assert.Equal(expected + slope * (e[0] - 0.5), Read([y0], Pixel, [t], TScaleMode.Noised, 5)[0], 1e-5);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(50)]
    [InlineData(200)]
    public void Residuals_EveryMode_FollowsItsDefinition(int t)
    {
        float[] x0 = [-1, -.2f, 0, .1f, .7f, 1];
        var shape = new PictureShape(3, 1, 2);
        var e = new float[x0.Length];
        PhiloxNoise.Fill(e, 11, (ulong)t);
        var (a, b) = (Schedule.SqrtAbar(t), Schedule.SqrtOneMinusAbar(t));
        var noised = Read(x0, shape, [t], TScaleMode.Noised, 11);
        var score = Read(x0, shape, [t], TScaleMode.Score, 11);
        var difference = Read(x0, shape, [t], TScaleMode.Difference, 11);

        for (var i = 0; i < x0.Length; i++)
        {
            var xt = a * x0[i] + b * e[i];
            var eps = GaussianDenoiser.Eps(Schedule, xt, t);
            var x0hat = (xt - b * eps) / a;
            var epsOfEstimate = GaussianDenoiser.Eps(Schedule, a * x0hat + b * e[i], t);
            Assert.Equal(a / b * (x0[i] - x0hat), noised[i], 1e-5);
            Assert.Equal(-eps / b, score[i], 1e-5 / b);
            Assert.Equal((epsOfEstimate - eps) / b, difference[i], 2e-5 / b);
        }
    }

    [Fact]
    public void Maps_ThreeChannels_AreTheMeanSquareOverTheChannels()
    {
        var shape = new PictureShape(3, 5, 7);
        var x0 = Enumerable.Range(0, shape.Length).Select(i => MathF.Sin(i)).ToArray();
        int[] t = [8, 25];
        var residuals = Read(x0, shape, t, TScaleMode.Noised, 3);
        var maps = new float[t.Length * shape.Pixels];
        TScales.Maps(new GaussianDenoiser(Schedule), Schedule, x0, shape, t, TScaleMode.Noised, 3, new DiffusionScratch(), maps);

        for (var k = 0; k < t.Length; k++)
            for (var p = 0; p < shape.Pixels; p++)
                Assert.Equal(Enumerable.Range(0, 3).Average(c => Math.Pow(residuals[k * shape.Length + c * shape.Pixels + p], 2)),
                    maps[k * shape.Pixels + p], 1e-5);
    }

    [Theory]
    [InlineData((int)TScaleMode.Noiseless)]
    [InlineData((int)TScaleMode.Noised)]
    [InlineData((int)TScaleMode.Score)]
    [InlineData((int)TScaleMode.Difference)]
    public void Residuals_ScaleAmongOthers_IsTheSameAsAlone(int mode)
    {
        var shape = new PictureShape(1, 9, 13);
        var x0 = Enumerable.Range(0, shape.Length).Select(i => MathF.Cos(i)).ToArray();

        Assert.Equal(Read(x0, shape, [25], (TScaleMode)mode, 1), Read(x0, shape, [100, 25, 8], (TScaleMode)mode, 1)[shape.Length..(2 * shape.Length)]);
    }

    [Fact]
    public void Maps_SteadyState_AllocatesNothing()
    {
        var shape = new PictureShape(1, 16, 17);
        var (denoiser, scratch) = (new GaussianDenoiser(Schedule), new DiffusionScratch());
        float[] x0 = new float[shape.Length], maps = new float[2 * shape.Pixels];
        int[] t = [8, 25];
        void Inspect() => TScales.Maps(denoiser, Schedule, x0, shape, t, TScaleMode.Difference, 1, scratch, maps);
        Inspect();

        var allocated = new AllocatedBytes();
        Inspect();
        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Residuals_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Read([0], Pixel, [1000], TScaleMode.Noiseless));
        Assert.Throws<ArgumentException>(() => Read([0], Pixel, [], TScaleMode.Noiseless));
        Assert.Throws<ArgumentException>(() => Read([0, 0], Pixel, [8], TScaleMode.Noiseless));
    }

    private static float[] Read(float[] x0, PictureShape shape, int[] t, TScaleMode mode, ulong seed = 0)
    {
        var residuals = new float[t.Length * shape.Length];
        TScales.Residuals(new GaussianDenoiser(Schedule), Schedule, x0, shape, t, mode, seed, new DiffusionScratch(), residuals);
        return residuals;
    }
}
