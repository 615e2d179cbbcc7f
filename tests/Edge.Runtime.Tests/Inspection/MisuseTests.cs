using System.Collections.Concurrent;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

/// <summary>What is used wrongly says so, and never answers wrongly.</summary>
public sealed class MisuseTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_AfterDispose_Throws()
    {
        var inspector = Open();
        inspector.Dispose();
        inspector.Dispose();

        Assert.Throws<ObjectDisposedException>(() => inspector.Inspect(tiny.DefectPath));
    }

    [Fact]
    public async Task Inspect_FromTwoThreads_GivesTheRightScoreOrThrows()
    {
        using var inspector = Open();
        string[] paths = [tiny.NormalPaths[0], tiny.DefectPath];
        double[] expected = [.. paths.Select(path => inspector.Inspect(path).Score)];
        var (scores, faults) = (new ConcurrentBag<(int Picture, double Score)>(), new ConcurrentBag<Exception>());

        await Task.WhenAll(Enumerable.Range(0, 2).Select(picture => Task.Factory.StartNew(() =>
        {
            using var decoded = PictureFile.Read(paths[picture]);
            for (var i = 0; i < 300; i++)
                try
                {
                    scores.Add((picture, inspector.Inspect(decoded.AsFrame()).Score));
                }
                catch (Exception fault)
                {
                    faults.Add(fault);
                }
        }, TaskCreationOptions.LongRunning)));

        Assert.NotEmpty(scores);
        Assert.All(scores, scored => Assert.Equal(expected[scored.Picture], scored.Score));
        Assert.All(faults, fault => Assert.Contains("one thread at a time", Assert.IsType<InvalidOperationException>(fault).Message));
    }

    [Fact]
    public async Task Dispose_DuringInspections_WaitsForTheOneInHand()
    {
        for (var round = 0; round < 10; round++)
        {
            var inspector = Open();
            using var started = new ManualResetEventSlim();
            var inspecting = Task.Factory.StartNew(() =>
            {
                using var decoded = PictureFile.Read(tiny.DefectPath);
                var expected = inspector.Inspect(decoded.AsFrame()).Score;
                started.Set();
                while (true)
                    Assert.Equal(expected, inspector.Inspect(decoded.AsFrame()).Score);
            }, TaskCreationOptions.LongRunning);
            started.Wait();

            inspector.Dispose();

            await Assert.ThrowsAsync<ObjectDisposedException>(() => inspecting);
        }
    }

    [Fact]
    public void Calibrate_FromItsOwnProgress_IsRefused()
    {
        var bundle = Bundle.Load(tiny.Folder);
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, TinyBundle.Cpu);
        List<Exception> faults = [];

        calibrator.Calibrate(bundle.Profile("levels"), CalibrationPictures.Of(tiny.NormalPaths, "test"), progress: (_, _) =>
        {
            if (faults.Count > 0)
                return;
            faults.Add(Assert.Throws<InvalidOperationException>(() => calibrator.Calibrate(bundle.Profile("levels"), CalibrationPictures.Of(tiny.NormalPaths, "test"))));
            faults.Add(Assert.Throws<InvalidOperationException>(calibrator.Dispose));
        });

        Assert.Equal(2, faults.Count);
    }

    [Fact]
    public void Calibrate_AfterDispose_Throws()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, TinyBundle.Cpu);
        calibrator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => calibrator.Calibrate(bundle.Profile("levels"), CalibrationPictures.Of(tiny.NormalPaths, "test")));
    }

    [Theory]
    [InlineData("levels")]
    [InlineData("rebuild")]
    public void Inspect_NetworkThatAnswersInfinity_IsAnInspectionException(string profile)
    {
        tiny.BreakNetwork();
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = profile, Inference = TinyBundle.Cpu });

        Assert.StartsWith(tiny.DefectPath, Assert.Throws<InspectionException>(() => inspector.Inspect(tiny.DefectPath)).Message);
    }

    [Fact]
    public void Calibrate_NetworkThatAnswersInfinity_NamesThePicture()
    {
        tiny.BreakNetwork();
        var bundle = Bundle.Load(tiny.Folder);
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, TinyBundle.Cpu);

        Assert.StartsWith(tiny.NormalPaths[0],
            Assert.Throws<InspectionException>(() => calibrator.Calibrate(bundle.Profile("levels"), CalibrationPictures.Of(tiny.NormalPaths, "test"))).Message);
        Assert.Throws<BundleException>(() => GoldenSamples.Check(bundle, "levels", TinyBundle.Cpu));
    }

    [Fact]
    public void Open_AlphaAndThreshold_IsRefused()
    {
        using var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        var options = new InspectorOptions { Alpha = 0.2, Threshold = 3 };

        Assert.Contains("Alpha 0.2 and Threshold 3", Assert.Throws<ArgumentException>(() => model.CreateInspector(options)).Message);
    }

    [Fact]
    public void ProviderNote_OfAModel_SaysWhatWasTakenAndWhy()
    {
        using var asked = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        Assert.Equal("Cpu as asked for", asked.ProviderNote);

        using var auto = Model.Open(tiny.Folder);
        Assert.StartsWith($"{auto.Provider}, because ", auto.ProviderNote);
    }

    [Fact]
    public async Task Inspect_InspectorsOfOneModelOnSeveralThreads_GiveTheScoresOfOneAlone()
    {
        using var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        string[] paths = [tiny.NormalPaths[0], tiny.DefectPath, tiny.NormalPaths[1]];
        double[] expected;
        using (var alone = model.CreateInspector())
            expected = [.. paths.Select(path => alone.Inspect(path).Score)];

        await Task.WhenAll(Enumerable.Range(0, 3).Select(k => Task.Factory.StartNew(() =>
        {
            using var inspector = model.CreateInspector();
            using var picture = PictureFile.Read(paths[k]);
            for (var i = 0; i < 200; i++)
                Assert.Equal(expected[k], inspector.Inspect(picture.AsFrame()).Score);
        }, TaskCreationOptions.LongRunning)));
    }

    [Fact]
    public void Dispose_OfAModel_LetsItsInspectorsGoOnAndMakesNoMore()
    {
        var model = Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu });
        using var inspector = model.CreateInspector();
        var expected = inspector.Inspect(tiny.DefectPath).Score;
        model.Dispose();
        model.Dispose();

        Assert.Equal(expected, inspector.Inspect(tiny.DefectPath).Score);
        Assert.Throws<ObjectDisposedException>(() => model.CreateInspector());
    }

    [Fact]
    public void Open_Stopped_OpensNothing()
    {
        using var stop = new CancellationTokenSource();
        var files = new Files(stop);

        Assert.Throws<OperationCanceledException>(() => Model.Open(tiny.Folder, new ModelOptions { Inference = TinyBundle.Cpu }, files, stop.Token));

        Assert.Equal([tiny.Folder], files.Told);
    }

    [Fact]
    public void Inspect_IntoAResultThatIsReused_SaysNothingGoodWhenItFails()
    {
        using var inspector = Open();
        var result = inspector.Inspect(tiny.NormalPaths[1]);
        Assert.Equal(Outcome.Good, result.Outcome);

        Assert.Throws<PictureException>(() => inspector.Inspect(new Frame(new byte[4], 2, 2, 1), result));

        Assert.True(result.IsNg);
        Assert.True(double.IsNaN(result.Score));
    }

    [Fact]
    public void Inspect_TwoPictures_EachResultKeepsItsOwnMap()
    {
        using var inspector = Open();
        var first = inspector.Inspect(tiny.DefectPath);
        float[] map = [.. first.Map.Values];

        var second = inspector.Inspect(tiny.NormalPaths[0]);

        Assert.Equal(map, first.Map.Values.ToArray());
        Assert.NotEqual(map, second.Map.Values.ToArray());
    }

    private Inspector Open() => Opened.Inspector(tiny.Folder);

    /// <summary>Stops the opening once the bundle's folder was told.</summary>
    private sealed class Files(CancellationTokenSource stop) : IProgress<string>
    {
        public List<string> Told { get; } = [];

        public void Report(string value)
        {
            Told.Add(value);
            stop.Cancel();
        }
    }
}
