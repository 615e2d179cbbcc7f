using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

/// <summary>Readings of one plane that a network of its own answers: log-odds and memory.</summary>
public sealed class PlaneReadingTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_ADefectThatBothShow_IsNgAndGoodPicturesAreMostlyOk()
    {
        tiny.AddPlanes();
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "planes", Inference = TinyBundle.Cpu });

        Assert.True(inspector.Inspect(tiny.DefectPath).IsNg);
        Assert.InRange(tiny.Pictures("new", 5, 40).Count(path => inspector.Inspect(path).IsNg), 0, 10);
        Assert.Equal(ExecutionProvider.Cpu, inspector.Model.Provider);
    }

    [Fact]
    public void Inspect_InInt8_RunsTheNetworksOfThePlanes()
    {
        tiny.AddPlanes(int8: true);
        using var floats = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "planes", Inference = TinyBundle.Cpu });
        using var int8 = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "planes", Precision = Precision.Int8, Inference = TinyBundle.Cpu });
        foreach (var name in (string[])["log_odds", "memory"])
            Assert.Equal(File.ReadAllBytes(tiny.At($"bundle/{name}.onnx")), File.ReadAllBytes(tiny.At($"bundle/int8/{name}.onnx")));

        foreach (var path in tiny.NormalPaths.Append(tiny.DefectPath))
            Assert.Equal(floats.Inspect(path).Score, int8.Inspect(path).Score);
    }

    [Fact]
    public void Source_LogOdds_GivesProbabilitiesOfTheLine()
    {
        var source = new NetworkSource(new Given([-100, 0, 4, 8, 100]), Reading.LogOddsPlane);
        var plane = new float[5];

        source.Measure(new float[5], new PictureShape(1, 1, 5), plane);

        // 1 / (1 + exp(4 - log-odds)): even odds are at 4, since defects are rarer on the line than in training.
        float[] expected = [0, 0.01798621f, 0.5f, 0.98201379f, 1];
        Assert.All(expected.Zip(plane), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(["log_odds"], source.Planes);
        Assert.Equal(8, source.SizeMultiple);
    }

    [Fact]
    public void Source_Memory_GivesDistancesAsTheyAre()
    {
        var source = new NetworkSource(new Given([0, 0.25f, 7]), Reading.MemoryPlane);
        var plane = new float[3];

        source.Measure(new float[3], new PictureShape(1, 1, 3), plane);

        Assert.Equal([0, 0.25f, 7], plane);
        Assert.Equal(["memory"], source.Planes);
    }

    [Fact]
    public void Plan_SeveralProfilesOfOnePlane_AsksItsNetworkOnce()
    {
        tiny.AddPlanes();
        var bundle = Bundle.Load(tiny.Folder);
        using var set = new NetworkSet(bundle.Folder, bundle.Manifest.Network, TinyBundle.Cpu);
        using var networks = set.Use();
        Profile both = bundle.Profile("planes"), memory = both with { Readings = [both.Readings[1] with { }] };

        var plan = new PlanePlan([memory, both], Precision.Fp32, networks);

        Assert.Equal(["memory", "log_odds"], plan.Sources.SelectMany(source => source.Planes));
        Assert.Equal([0], plan.PlanesOf(memory));
        Assert.Equal([1, 0], plan.PlanesOf(both));
    }

    [Theory]
    [InlineData("log_odds")]
    [InlineData("memory")]
    public void Open_AFileThatAnswersWithAnotherPlane_NamesFileAndOutput(string plane)
    {
        tiny.AddPlanes();
        var bundle = Bundle.Load(tiny.Folder);
        var (network, profile) = (bundle.Manifest.Network, bundle.Profile("planes"));
        using var set = new NetworkSet(tiny.Folder, network with { LogOdds = network.Memory, Memory = network.LogOdds }, TinyBundle.Cpu);
        using var networks = set.Use();

        var fault = Assert.Throws<BundleException>(() => networks.Source(profile.Readings.Single(reading => reading.Name == plane), profile, Precision.Fp32));

        Assert.Contains($"output {plane} is missing", fault.Message);
        Assert.Contains(plane == "memory" ? "log_odds.onnx" : "memory.onnx", fault.Message);
    }

    [Theory]
    [InlineData("log_odds")]
    [InlineData("memory")]
    public void Open_AFileOfAnotherBundle_NamesFileAndField(string plane)
    {
        tiny.AddPlanes();
        tiny.EditManifest(text => text.Replace("size_multiple: 8", "size_multiple: 4"));
        var bundle = Bundle.Load(tiny.Folder);
        using var set = new NetworkSet(tiny.Folder, bundle.Manifest.Network, TinyBundle.Cpu);
        using var networks = set.Use();
        var profile = bundle.Profile("planes");

        var fault = Assert.Throws<BundleException>(() => networks.Source(profile.Readings.Single(reading => reading.Name == plane), profile, Precision.Fp32));

        Assert.Contains($"{plane}.onnx", fault.Message);
        Assert.Contains("edge.size_multiple is 8", fault.Message);
    }

    /// <summary>A network that answers every picture with the same plane.</summary>
    private sealed class Given(float[] answer) : IPlaneNetwork
    {
        public int SizeMultiple => 8;

        public void Evaluate(ReadOnlySpan<float> x, PictureShape shape, Span<float> plane) => answer.CopyTo(plane);
    }
}
