using Edge.Configuration;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Service;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Service;

public sealed class DriftMonitorTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void State_WindowNotFull_IsNull()
    {
        var monitor = Monitor(Stream(1, 100), window: 20);
        Feed(monitor, Stream(2, 19));
        Assert.Null(monitor.State);

        Feed(monitor, Stream(3, 1));

        Assert.Equal(20, monitor.State!.Parts);
    }

    [Fact]
    public void State_Exchangeable_AlarmsAreAsRareAsAskedFor()
    {
        const int trials = 2000;
        const double rate = 0.05;
        int light = 0, product = 0;
        for (var i = 0; i < trials; i++)
        {
            var monitor = Monitor(Stream(2 * i, 100), window: 50, falseAlarm: rate);
            Feed(monitor, Stream(2 * i + 1, 50));
            light += monitor.State!.Light == true ? 1 : 0;
            product += monitor.State.Product ? 1 : 0;
        }
        // Four standard deviations of a binomial above the rate.
        var most = trials * rate + 4 * Math.Sqrt(trials * rate * (1 - rate));
        Assert.InRange(light, 0, most);
        Assert.InRange(product, 0, most);
    }

    [Fact]
    public void State_Exchangeable_ShowsNoShift()
    {
        var monitor = Monitor(Stream(1, 400));
        Feed(monitor, Stream(2, 200));

        var state = monitor.State!;
        Assert.False(state.Light);
        Assert.False(state.Product);
        Assert.Equal(0.5, state.Brightness, 0.02);
        Assert.InRange(state.BrightnessShift!.Value, -0.5, 0.5);
        Assert.InRange(state.SharpnessShift!.Value, -0.5, 0.5);
        Assert.InRange(state.ScoreDistance, 0, state.ScoreLimit);
    }

    [Fact]
    public void State_LampFades_IsLightAndNotProductThoughScoresMoveToo()
    {
        var monitor = Monitor(Stream(1, 200));
        Feed(monitor, Stream(2, 200, brightness: -0.04, score: 5));

        var state = monitor.State!;
        Assert.True(state.Light);
        Assert.False(state.Product);
        Assert.True(state.ScoreDistance > state.ScoreLimit);
        // Two of the calibration's standard deviations of 0.02.
        Assert.InRange(state.BrightnessShift!.Value, -2.5, -1.5);
    }

    [Fact]
    public void State_LensOutOfFocus_IsLight()
    {
        var monitor = Monitor(Stream(1, 200));
        Feed(monitor, Stream(2, 200, sharpness: -0.05));
        Assert.True(monitor.State!.Light);
        Assert.InRange(monitor.State.SharpnessShift!.Value, -6, -4);
    }

    [Fact]
    public void State_LampFlickers_IsLight()
    {
        var monitor = Monitor(Stream(1, 200));
        foreach (var (dark, bright) in Stream(2, 100, brightness: -0.08).Zip(Stream(3, 100, brightness: 0.08)))
            Feed(monitor, [dark, bright]);

        Assert.True(monitor.State!.Light);
        Assert.InRange(monitor.State.Brightness, 0.45, 0.55);
    }

    [Fact]
    public void State_ScoresMoveAlone_IsProduct()
    {
        var monitor = Monitor(Stream(1, 200));
        Feed(monitor, Stream(2, 200, score: 5));

        Assert.False(monitor.State!.Light);
        Assert.True(monitor.State.Product);
    }

    [Fact]
    public void State_DriftPasses_SoDoesTheAlarm()
    {
        var monitor = Monitor(Stream(1, 200));
        Feed(monitor, Stream(2, 200, score: 5));
        Assert.True(monitor.State!.Product);

        clock.Advance(TimeSpan.FromSeconds(1));
        Feed(monitor, Stream(3, 199));
        clock.Advance(TimeSpan.FromSeconds(1));
        Feed(monitor, Stream(4, 1));

        Assert.False(monitor.State!.Product);
    }

    [Fact]
    public void State_BundleDoesNotKnowItsLight_IsNullButScoresAreWatched()
    {
        var monitor = new DriftMonitor(new DriftConfig(), Stream(1, 200).Select(part => (float)part.Score), null, clock);
        Feed(monitor, Stream(2, 200, brightness: 0.3, score: 5));

        var state = monitor.State!;
        Assert.Null(state.Light);
        Assert.Null(state.BrightnessShift);
        Assert.Null(state.SharpnessShift);
        Assert.Equal(0.8, state.Brightness, 0.02);
        Assert.True(state.Product);
    }

    [Theory]
    [InlineData(0.501, false)]
    [InlineData(0.51, true)]
    public void State_CalibrationWithoutSpread_ForgivesOnePercent(double brightness, bool alarm)
    {
        var steady = Enumerable.Repeat((new PictureLight(0.5, 0.2), 10.0), 100).ToArray();
        var monitor = Monitor(steady);
        Feed(monitor, Enumerable.Repeat((new PictureLight(brightness, 0.2), 10.0), 200));

        Assert.Equal(alarm, monitor.State!.Light);
        Assert.True(double.IsFinite(monitor.State.BrightnessShift!.Value));
    }

    [Fact]
    public void State_WithinASecond_IsNotComputedAnew()
    {
        var monitor = Monitor(Stream(1, 200), window: 20);
        Feed(monitor, Stream(2, 20));
        var first = monitor.State;

        Feed(monitor, Stream(3, 20));
        Assert.Same(first, monitor.State);

        clock.Advance(TimeSpan.FromSeconds(1));
        Feed(monitor, Stream(4, 1));
        Assert.NotSame(first, monitor.State);
    }

    private DriftMonitor Monitor((PictureLight Light, double Score)[] calibration, int window = 200, double falseAlarm = 1e-4) => new(
        new DriftConfig { Window = window, FalseAlarm = falseAlarm }, calibration.Select(part => (float)part.Score),
        new LightCalibration
        {
            Brightness = [.. calibration.Select(part => (float)part.Light.Brightness)], Sharpness = [.. calibration.Select(part => (float)part.Light.Sharpness)],
        }, clock);

    private static void Feed(DriftMonitor monitor, IEnumerable<(PictureLight Light, double Score)> parts)
    {
        foreach (var (light, score) in parts)
            monitor.Add(light, score);
    }

    /// <summary>Brightness 0.5 ± 0.02, sharpness 0.2 ± 0.01, scores with a tail from 10 up.</summary>
    private static (PictureLight Light, double Score)[] Stream(int seed, int count, double brightness = 0, double sharpness = 0, double score = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (new PictureLight(0.5 + brightness + 0.02 * Normal(), 0.2 + sharpness + 0.01 * Normal()),
            10 + score - 3 * Math.Log(1 - random.NextDouble())))];

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
