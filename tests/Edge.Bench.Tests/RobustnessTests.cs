using Edge.Runtime.Scoring;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Bench.Tests;

public sealed class RobustnessTests : IDisposable
{
    private const double Alpha = 0.01;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    // P(X > 0) = 1 - 0.99^n: 0.049 for 5, 0.059 for 6; P(X > 1) of 20 is 0.017.
    [InlineData(1, 0.01, 0)]
    [InlineData(5, 0.01, 0)]
    [InlineData(6, 0.01, 1)]
    [InlineData(20, 0.01, 1)]
    // Of 1024 equal cases 56 have more than 7 heads in 10 throws and 11 more than 8.
    [InlineData(10, 0.5, 8)]
    // P(X > 0) = 0.95 and P(X > 1) = 0.
    [InlineData(1, 0.95, 1)]
    // 95 % of a normal distribution lie below mean + 1.645 deviations: 100000 + 1.645 * sqrt(50000).
    [InlineData(200_000, 0.5, 100_368)]
    public void CompatibleRejects_Binomial_IsTheLeastRarelyExceeded(int n, double alpha, int most) =>
        Assert.Equal(most, Robustness.CompatibleRejects(n, alpha));

    [Fact]
    public void Measure_ScorerOfBrightness_TolerancesAreThoseOfItsThreshold()
    {
        // The pictures' mean is 100: 0.05 of full scale makes it 112.75, 0.1 makes it 125.5; nothing else moves it.
        var measured = Measure(20, mean => (mean, mean > 115));

        Assert.Equal((20, 0, 1), (measured.Pictures, measured.Rejected, measured.MostRejects));
        Assert.Equal(100, measured.Score, 0.5);
        var tolerance = measured.Tolerance!;
        Assert.Equal((115, 20), (tolerance.Threshold, tolerance.Pictures));
        Assert.Equal(new ToleranceRange { Low = -0.2, High = 0.05 }, tolerance.Ranges[Perturbation.Brightness]);
        Assert.Equal(new ToleranceRange { Low = 0.6, High = 1.6 }, tolerance.Ranges[Perturbation.Contrast]);
        Assert.Equal(new ToleranceRange { Low = 0, High = 2 }, tolerance.Ranges[Perturbation.Blur]);
        Assert.Equal(new ToleranceRange { Low = 0, High = 0.08 }, tolerance.Ranges[Perturbation.Noise]);
        Assert.Equal(new ToleranceRange { Low = 20, High = 100 }, tolerance.Ranges[Perturbation.Jpeg]);
        Assert.Equal(new ToleranceRange { Low = -10, High = 10 }, tolerance.Ranges[Perturbation.Rotation]);
        Assert.Equal(new ToleranceRange { Low = 0.85, High = 1.15 }, tolerance.Ranges[Perturbation.Scale]);
        var brightest = measured.Steps.Single(step => step is { Kind: Perturbation.Brightness, Strength: 0.2 });
        Assert.Equal(151, brightest.Score, 0.5);
        Assert.Equal(20, brightest.Rejected);
    }

    [Fact]
    public void Measure_RejectedInBetween_ToleranceEndsBeforeIt()
    {
        // 0.05 brighter or 0.02 darker is rejected, further out it is not.
        var tolerance = Measure(20, mean => (mean, mean is > 110 and < 118 or < 97 and > 92)).Tolerance!;

        Assert.Equal(new ToleranceRange { Low = 0, High = 0.02 }, tolerance.Ranges[Perturbation.Brightness]);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Measure_SomeUnchangedRejected_HasATolerance_OnlyWhereChanceAllows(int bad, bool tolerated)
    {
        var calls = 0;
        // All pictures have as many inspections; those of the first ones are rejected.
        var each = Measure(1, mean => (mean, false)).Steps.Count + 1;

        var measured = Measure(20, mean => (mean, calls++ < bad * each));

        Assert.Equal(bad, measured.Rejected);
        Assert.Equal(tolerated, measured.Tolerance is not null);
    }

    [Fact]
    public void Measure_Inspector_NoiseIsNotNormal()
    {
        using var tiny = new TinyBundle();
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });

        var measured = Robustness.Measure(frame => inspector.Inspect(frame), inspector.Alpha, tiny.Pictures("good", 7, 4));

        // Uniform values of 20 grey levels deviate by 5.8; 0.08 of full scale is 20.4.
        Assert.Equal(4, measured.Steps.Single(step => step is { Kind: Perturbation.Noise, Strength: 0.08 }).Rejected);
        Assert.Equal(inspector.Threshold, measured.Threshold);
    }

    [Fact]
    public void Measure_NoPictureOrNoNumber_Throws()
    {
        Assert.Throws<PictureException>(() => Measure(0, mean => (mean, false)));
        Assert.Contains("000.png", Assert.Throws<BundleException>(() => Measure(1, _ => (double.NaN, true))).Message);
    }

    private Robustness Measure(int pictures, Func<double, (double Score, bool IsDefect)> score)
    {
        string[] files = [.. Enumerable.Range(0, pictures).Select(i => Path.Combine(folder.Path, $"{i:000}.png"))];
        foreach (var (file, i) in files.Select((file, i) => (file, i)))
        {
            // 8 x 8 squares of 96 and 104: a mean of 100 that survives turning, cutting and JPEG.
            var pixels = Enumerable.Range(0, 64 * 64).Select(p => (byte)(100 + ((p % 64 / 8 + p / 512 + i) % 2 == 0 ? 4 : -4))).ToArray();
            File.WriteAllBytes(file, TestPictures.Encode(".png", pixels, 64, 64, MatType.CV_8UC1));
        }
        return Robustness.Measure(frame =>
        {
            var (value, defect) = score(frame.Pixels.ToArray().Average(v => (double)v));
            return new InspectionResult { Profile = "mean" }.Judge(defect ? new GateFinding("brightness", 2, 0, 1) : null, (float)value, 115, new ConformalScores([1]));
        }, Alpha, files);
    }
}
