using System.Diagnostics.Metrics;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;
using Microsoft.Extensions.Logging;

namespace Edge.Runtime.Tests.Inspection;

/// <summary>What an integrator gets around the inspections: calibration, log and meter.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Calibrate_OtherGoodPictures_TakesThresholdsFromTheirScores()
    {
        var pictures = CalibrationPictures.Of(tiny.Pictures("more", 77, 40), "more");
        var told = new Told();

        var alpha = Model.Calibrate(tiny.Folder, pictures, inference: TinyBundle.Cpu, progress: told);

        // Every fifth of 40 fits constants, and 32 scores allow 1 in 33; the bundle's own rate of 1 in 20 stands.
        Assert.Equal(0.05, alpha, 9);
        var bundle = Bundle.Load(tiny.Folder);
        using var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        using var inspector = model.CreateInspector();
        float[] scores = [.. pictures.Calibration.Select(path => (float)inspector.Inspect(path).Score).Order()];
        // Each was scored by tails that do not know it, the inspector's know all: close, and in the same order.
        Assert.Equal(32, bundle.Profile().Calibration.Scores.Count);
        Assert.All(scores.Zip(bundle.Profile().Calibration.Scores), pair => Assert.InRange(pair.Second, 0.85 * pair.First, 1.15 * pair.First));
        Assert.Equal(1.0 / 33, model.LeastAlpha, 9);
        Assert.Equal(1, told.Shares[^1]);
    }

    [Fact]
    public void Calibrate_Stopped_LeavesTheBundleAsItWas()
    {
        var before = Bundle.Load(tiny.Folder).Hash;
        using var stop = new CancellationTokenSource();
        var told = new Told { Then = stop.Cancel };

        Assert.Throws<OperationCanceledException>(() =>
            Model.Calibrate(tiny.Folder, CalibrationPictures.Of(tiny.Pictures("more", 77, 40), "more"), inference: TinyBundle.Cpu, progress: told, stop: stop.Token));

        Assert.Single(told.Shares);
        Assert.Equal(before, Bundle.Load(tiny.Folder).Hash);
    }

    [Fact]
    public void Calibrate_APictureThatAllGoodOnes_SetsNoThreshold()
    {
        // The last of the calibration pictures is striped, so strongly that no good picture scores like it.
        var good = tiny.Pictures("more", 77, 40);
        var pictures = CalibrationPictures.Of(good, "more") with { Calibration = [.. good.Where((_, i) => i % 5 != 0).Skip(1), tiny.Picture("odd.png", 5, defect: true, contrast: 254)] };

        Model.Calibrate(tiny.Folder, pictures, inference: TinyBundle.Cpu);

        var scores = Bundle.Load(tiny.Folder).Profile().Calibration.Scores;
        Assert.Equal(1, scores.Count(float.IsPositiveInfinity));
        Assert.Equal(2.0 / 33, new ConformalScores(scores).LeastAlpha, 9);
    }

    [Fact]
    public void CreateInspector_WithRegionsThatWereNotCalibrated_SaysSo()
    {
        System.Drawing.Rectangle[] regions = [new(8, 8, 40, 40)];
        using (var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu }))
        {
            using var whole = model.CreateInspector();
            using var part = model.CreateInspector(new InspectorOptions { Regions = regions });
            Assert.Null(whole.MaskNote);
            Assert.Contains("calibrated on the whole picture", part.MaskNote);
        }

        Model.Calibrate(tiny.Folder, CalibrationPictures.Of(tiny.Pictures("more", 77, 40), "more") with { Regions = regions }, inference: TinyBundle.Cpu);

        using var again = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        using var same = again.CreateInspector(new InspectorOptions { Regions = regions });
        using var other = again.CreateInspector();
        Assert.Null(same.MaskNote);
        Assert.Contains("with another mask or other regions", other.MaskNote);
    }

    [Fact]
    public void Open_WithALogger_SaysWhatIsOpenAndOnWhat()
    {
        var log = new Memory();

        using var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu, Logger = log });

        var (level, text) = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Debug, level);
        Assert.Contains($"{model.Id} {model.Version} is open with profile levels: Cpu as asked for", text);
    }

    [Fact]
    public void Inspect_WithAListener_CountsOutcomesAndTimes()
    {
        var (outcomes, times) = (new List<object?>(), new List<double>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Edge.Runtime")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        // Tests beside this one inspect too.
        var thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread && count == 1)
                outcomes.Add(tags.ToArray().Single(tag => tag.Key == "outcome").Value);
        });
        listener.SetMeasurementEventCallback<double>((_, milliseconds, _, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
                times.Add(milliseconds);
        });
        listener.Start();
        using var inspector = Opened.Inspector(tiny.Folder);

        var good = inspector.Inspect(tiny.NormalPaths[1]);
        var bad = inspector.Inspect(tiny.DefectPath);

        Assert.Equal(["good", "defect"], outcomes);
        Assert.Equal([good.Milliseconds, bad.Milliseconds], times);
    }

    private sealed class Told : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public Action? Then { get; init; }

        public void Report(double value)
        {
            Shares.Add(value);
            Then?.Invoke();
        }
    }

    private sealed class Memory : ILogger
    {
        public List<(LogLevel Level, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));
    }
}
