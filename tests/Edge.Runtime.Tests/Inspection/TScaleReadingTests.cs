using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Inspection;

public sealed class TScaleReadingTests
{
    private static readonly PictureShape Shape = new(1, 2, 2);
    private static readonly float[] Picture = [0.1f, -0.2f, 0.3f, 0.5f];

    [Theory]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(2, true)]
    public void Measure_LevelsAndLogit_GivesResidualsThenProbabilities(int levels, bool logit)
    {
        int[] timesteps = [.. new[] { 8, 50 }.Take(levels)];
        var method = new TScaleMethod(new Told(), new NoiseSchedule(), new TScaleSettings { Timesteps = [.. timesteps], Logit = logit }, 0);
        var values = new float[method.Planes * 4];

        method.Measure(Picture, Shape, values);

        var schedule = new NoiseSchedule();
        float[] expected = [.. timesteps.SelectMany(t => Picture.Select(v => (float)(4 * schedule.Abar(t)) * v * v)), .. logit ? Picture.Select(v => (float)(1 / (1 + Math.Exp(4 - 20 * schedule.SqrtAbar(0) * v)))) : []];
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void Method_NetworkWithoutLogits_IsRefused()
    {
        var settings = new TScaleSettings { Timesteps = [8], Logit = true };

        var fault = Assert.Throws<BundleException>(() => new TScaleMethod(new Diffusion.GaussianDenoiser(new NoiseSchedule()), new NoiseSchedule(), settings, 0));

        Assert.Contains("no output logit", fault.Message);
    }

    [Fact]
    public void Apply_RelativeProbabilities_AreNotDivided()
    {
        // Energies 2, 4, 6 (median 4) and probabilities 0.25, 0.5, 1.75 (if there were one), mean 0 and deviation 1.
        var standardizer = new PlaneStandardizer(2, PlaneZones.None, relative: true, MapAggregation.Max, probabilities: 1);
        var combined = new float[3];

        standardizer.Apply([2, 4, 6, 0.25f, 0.5f, 1.75f], 1, 3, new PlaneConstants([0, 0], [1, 1]), combined);

        Assert.Equal([0.5f, 1, 1.75f], combined);
    }

    /// <summary>Predicts twice its input, and log-odds of twenty times its input, at t = 0 only.</summary>
    private sealed class Told : IDenoiser
    {
        public int Channels => 1;

        public int SizeMultiple => 1;

        public bool HasLogit => true;

        public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps, Span<float> logit)
        {
            for (var i = 0; i < eps.Length; i++)
                eps[i] = 2 * x[i];
            for (var i = 0; i < logit.Length; i++)
                logit[i] = t[i / shape.Pixels] == 0 ? 20 * x[i] : float.NaN;
        }
    }
}
