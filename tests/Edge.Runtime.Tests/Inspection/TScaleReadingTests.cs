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
    [InlineData(TScaleReading.Residual, 2)]
    [InlineData(TScaleReading.Logit, 2)]
    [InlineData(TScaleReading.Both, 4)]
    public void Measure_Reading_GivesResidualsThenLogits(TScaleReading reading, int planes)
    {
        var settings = new TScaleSettings { Timesteps = [8, 50], Reading = reading };
        var method = new TScaleMethod(new Told(), new NoiseSchedule(), settings, 0);
        var values = new float[method.Planes * 4];

        method.Measure(Picture, Shape, values);

        Assert.Equal(planes, method.Planes);
        var schedule = new NoiseSchedule();
        float[] residuals = [.. new[] { 8, 50 }.SelectMany(t => Picture.Select(v => (float)(4 * schedule.Abar(t)) * v * v))];
        float[] logits = [.. new[] { 8f, 50f }.SelectMany(t => Enumerable.Repeat(-t, 4))];
        float[] expected = reading switch { TScaleReading.Residual => residuals, TScaleReading.Logit => logits, _ => [.. residuals, .. logits] };
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void Method_NetworkWithoutLogits_IsRefused()
    {
        var settings = new TScaleSettings { Timesteps = [8], Reading = TScaleReading.Both };

        var fault = Assert.Throws<BundleException>(() => new TScaleMethod(new Diffusion.GaussianDenoiser(new NoiseSchedule()), new NoiseSchedule(), settings, 0));

        Assert.Contains("no output logit", fault.Message);
    }

    [Fact]
    public void Apply_RelativeLogits_LoseTheirMedianAndAreNotDivided()
    {
        // Energies 2, 4, 6 (median 4) and log-odds -9, -7, -1 (median -7), mean 0 and deviation 1.
        var standardizer = new PlaneStandardizer(2, PlaneZones.None, relative: true, MapAggregation.Max, logits: 1);
        var combined = new float[3];

        standardizer.Apply([2, 4, 6, -9, -7, -1], 1, 3, new PlaneConstants([0, 0], [1, 1]), combined);

        // Energies become .5, 1, 1.5; log-odds -2, 0, 6.
        Assert.Equal([0.5f, 1, 6], combined);
    }

    [Fact]
    public void Constants_RelativeLogits_AreThoseOfTheValuesLessTheirMedian()
    {
        var statistics = new PlaneStatistics(new PlaneStandardizer(1, PlaneZones.None, relative: true, MapAggregation.Mean, logits: 1));
        statistics.Add([-9, -7, -1], 1, 3);
        statistics.Add([1, 3, 3], 1, 3);

        var constants = statistics.Constants();

        // -2, 0, 6 and -2, 0, 0: mean 1/3, squares 44.
        Assert.Equal(1 / 3.0, constants.Mean[0], 1e-6);
        Assert.Equal(Math.Sqrt(44 / 6.0 - 1 / 9.0), constants.Deviation[0], 1e-6);
    }

    /// <summary>Predicts twice its input, and log-odds of minus t.</summary>
    private sealed class Told : IDenoiser
    {
        public int Channels => 1;

        public int SizeMultiple => 1;

        public bool HasLogit => true;

        public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps, Span<float> logit)
        {
            for (var i = 0; i < x.Length; i++)
                eps[i] = 2 * x[i];
            for (var i = 0; i < logit.Length; i++)
                logit[i] = -t[i / shape.Pixels];
        }
    }
}
