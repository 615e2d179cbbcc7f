using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Runtime.Tests.Diffusion;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public sealed class BackboneTests : IDisposable
{
    private static readonly double[] Mean = [0.5, 0.25, 0.25], Deviation = [0.25, 0.25, 0.5];

    private readonly TinyBundle tiny = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        tiny.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Measure_ReconstructionShiftedByAConstant_GivesTheAngleOfTheNormalisedColours()
    {
        using var backbone = Open(["pixels"]);
        var schedule = new NoiseSchedule();
        var settings = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 50, Skip = 25 }, BackboneFeatures = ["pixels"] };
        // What has no deviation is reconstructed as its mean, 0.5, whatever the picture is.
        var method = new ReconstructionMethod(new GaussianDenoiser(schedule, mean: 0.5, deviation: 0), null, backbone, schedule, settings, 0);
        var shape = new PictureShape(1, 32, 64);
        var planes = new float[method.Planes * shape.Pixels];

        method.Measure(new float[shape.Length], shape, planes);

        // Grey 0 is 0.5 of 0..1 and becomes (0, 1, 0.5), 0.5 is 0.75 and becomes (1, 2, 1): a cosine of 2.5 / sqrt(1.25 * 6).
        Assert.Equal(32, method.SizeMultiple);
        Assert.All(planes[..shape.Pixels], distance => Assert.Equal(0.5, distance, 1e-4));
        Assert.All(planes[shape.Pixels..], distance => Assert.Equal(1 - 2.5 / Math.Sqrt(7.5), distance, 1e-4));
    }

    [Fact]
    public void Measure_OwnAndBackboneFeatures_AddUp()
    {
        using var backbone = Open(["edges"]);
        using var own = FeatureNetwork.Open(Path.Combine(tiny.Folder, "features.onnx"), TinyBundle.Cpu);

        var (both, left, right) = (Features(own, backbone), Features(own, null), Features(null, backbone));

        Assert.True(left.Max() > 0 && right.Max() > 0);
        Assert.All(Enumerable.Range(0, both.Length), i => Assert.Equal(left[i] + right[i], both[i], 1e-5));
    }

    [Fact]
    public void Run_ColourPicture_NormalisesEachChannelOfEachPicture()
    {
        using var backbone = Open(["pixels"]);
        var shape = new PictureShape(3, 32, 32);
        float[] colours = [-1, 0, 1, 1, -0.5f, 0], pictures = [.. colours.SelectMany(value => Enumerable.Repeat(value, shape.Pixels))];

        var map = backbone.Run(pictures, [0, 0], shape)[0];

        Assert.Equal([-2f, 1, 1.5f], Enumerable.Range(0, 3).Select(c => map[0][c * 256]));
        Assert.Equal([2f, 0, 0.5f], Enumerable.Range(0, 3).Select(c => map[1][c * 256]));
    }

    [Fact]
    public void Inspect_BundleWithABackbone_FindsTheDefectWhereItIs()
    {
        Save();

        var bundle = Bundle.Load(tiny.Folder);
        using var inspector = Inspector.Open(bundle, new InspectorOptions { Inference = TinyBundle.Cpu });
        var verdict = inspector.Inspect(tiny.DefectPath);

        Assert.Contains("backbone.onnx", bundle.Files);
        Assert.Equal(Mean, bundle.Manifest.Network.Backbone!.Mean);
        Assert.Equal(2, bundle.Profile("backbone").Planes);
        Assert.True(verdict.IsDefect);
        var peak = inspector.Map.Values.IndexOf(inspector.Map.Values.ToArray().Max());
        Assert.InRange(peak % 64, 3, 20);
        Assert.InRange(peak / 64, 3, 20);
        Assert.All(GoldenSamples.Check(bundle, "backbone", TinyBundle.Cpu), score => Assert.Equal(score.Expected, score.Score));
    }

    [Fact]
    public void Inspect_SizeBetweenMultiples_IsPaddedForTheBackbone()
    {
        Save();
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { Inference = TinyBundle.Cpu });

        inspector.Inspect(tiny.Picture("odd.png", 4, side: 41));

        Assert.Equal((41, 41), (inspector.Map.Width, inspector.Map.Height));
        Assert.DoesNotContain(inspector.Map.Values.ToArray(), value => !float.IsFinite(value));
    }

    [Fact]
    public void Inspect_FramesOfOneSize_AllocatesNothing()
    {
        Save();
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { Inference = TinyBundle.Cpu });

        Assert.Equal(0, AllocatedBytes.Inspecting(inspector, tiny.DefectPath));
    }

    [Fact]
    public void Load_BackboneMissingOrChanged_NamesTheFile()
    {
        Save();
        var path = Path.Combine(tiny.Folder, "backbone.onnx");
        var content = File.ReadAllBytes(path);

        File.WriteAllBytes(path, [.. content, 0]);
        Refused("backbone.onnx", "network.backbone.file.sha256");
        File.Delete(path);
        Refused("backbone.onnx", "missing");
    }

    [Theory]
    [InlineData("    mean:\n    - 0.5\n", "    mean:\n", "network.backbone.mean")]
    [InlineData("    mean:\n    - 0.5\n", "    mean:\n    - 124\n", "network.backbone.mean")]
    [InlineData("    deviation:\n    - 0.25\n", "    deviation:\n", "network.backbone.deviation")]
    [InlineData("    deviation:\n    - 0.25\n", "    deviation:\n    - 0\n", "network.backbone.deviation")]
    public void Load_NormalisationOutOfRange_NamesTheField(string from, string to, string field)
    {
        Save();
        tiny.EditManifest(text => text.Replace(from, to));

        Refused("bundle.yaml", field);
    }

    [Fact]
    public void Load_LayersWithoutABackbone_NamesTheField()
    {
        Save();
        var bundle = Bundle.Load(tiny.Folder);
        BundleWriter.Save(bundle.Manifest with { Network = bundle.Manifest.Network with { Backbone = null } },
            new Dictionary<string, Profile> { ["backbone"] = bundle.Profile("backbone") }, tiny.Folder);

        Refused("reconstruction.backbone_features", "edges", "network.backbone");
    }

    [Fact]
    public void Method_WithoutABackbone_SaysSo()
    {
        using var calibrator = new Calibrator(tiny.Folder, Bundle.Load(tiny.Folder).Manifest.Network, new Preprocessing(), TinyBundle.Cpu);

        Assert.Contains("the bundle has none", Assert.Throws<BundleException>(() => calibrator.Calibrate(Settings(), tiny.NormalPaths, "test")).Message);
    }

    [Theory]
    [InlineData("absent", "pixels, edges, vector")]
    [InlineData("vector", "2 dimensions, not 4")]
    public void OpenBackbone_WrongLayer_SaysWhatThereIs(string layer, string says)
    {
        var fault = Assert.Throws<BundleException>(() => Open(["pixels", layer]));

        Assert.Contains($"output {layer}", fault.Message);
        Assert.Contains(says, fault.Message);
    }

    [Theory]
    [InlineData("N,2,H,W", "2 channels")]
    [InlineData("N,3,224,224", "fixed height or width")]
    [InlineData("N,H,W", "3 dimensions, not 4")]
    public void OpenBackbone_WrongInput_NamesIt(string dimensions, string says)
    {
        var path = new TinyOnnx().Input("images", dimensions).Node("Relu", ["images"], "layer").Output("layer", dimensions).Write(folder);

        var fault = Assert.Throws<BundleException>(() => FeatureNetwork.OpenBackbone(path, ["layer"], Mean, Deviation, TinyBundle.Cpu));

        Assert.Contains("input images", fault.Message);
        Assert.Contains(says, fault.Message);
    }

    [Fact]
    public void OpenBackbone_TwoInputs_NamesThem()
    {
        var path = new TinyOnnx().Input("images", "N,3,H,W").Input("mask", "N,3,H,W").Node("Add", ["images", "mask"], "layer").Output("layer", "N,3,H,W").Write(folder);

        Assert.Contains("images, mask", Assert.Throws<BundleException>(() => FeatureNetwork.OpenBackbone(path, ["layer"], Mean, Deviation, TinyBundle.Cpu)).Message);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    public void OpenBackbone_NormalisationOfAnotherLength_SaysBoth(int means, int deviations)
    {
        var fault = Assert.Throws<BundleException>(() =>
            FeatureNetwork.OpenBackbone(Network().Write(folder), ["pixels"], Mean[..means], Deviation[..deviations], TinyBundle.Cpu));

        Assert.Contains($"3 channels, but mean and deviation have {means} and {deviations} values", fault.Message);
    }

    [Fact]
    public void OpenBackbone_SizeMultipleInTheFile_IsTaken()
    {
        using var backbone = FeatureNetwork.OpenBackbone(Network().Metadata("edge.size_multiple", "8").Write(folder), ["pixels"], Mean, Deviation, TinyBundle.Cpu);

        Assert.Equal(8, backbone.SizeMultiple);
    }

    [Fact]
    public void Open_OwnFeaturesWithoutASizeMultiple_IsRefused() =>
        Assert.Contains("edge.size_multiple is missing", Assert.Throws<BundleException>(() => FeatureNetwork.Open(
            new TinyOnnx().Input("x", "N,1,H,W").Node("Relu", ["x"], "layer").Output("layer", "N,1,H,W").Write(folder), TinyBundle.Cpu)).Message);

    private FeatureNetwork Open(string[] layers) => FeatureNetwork.OpenBackbone(Network().Write(folder), layers, Mean, Deviation, TinyBundle.Cpu);

    /// <summary>pixels = 2x2 means; edges = 2x2 means of the first channel and of its steps up to the right and downwards; and an output that is no map.</summary>
    private static TinyOnnx Network()
    {
        var weights = new float[3 * 3 * 9];
        weights[4] = 1;
        (weights[27 + 4], weights[27 + 5]) = (-1, 1);
        (weights[54 + 4], weights[54 + 7]) = (-1, 1);
        return new TinyOnnx().Input("images", "N,3,H,W").Constant("w", [3, 3, 3, 3], weights).Constant("flat", [-1, 4])
            .Node("AveragePool", ["images"], "pixels", ("kernel_shape", [2, 2]), ("strides", [2, 2]))
            .Node("Conv", ["images", "w"], "steps", ("pads", [1, 1, 1, 1])).Node("Relu", ["steps"], "up")
            .Node("AveragePool", ["up"], "edges", ("kernel_shape", [2, 2]), ("strides", [2, 2]))
            .Node("Reshape", ["images", "flat"], "vector")
            .Output("pixels", "N,3,h,w").Output("edges", "N,3,h,w").Output("vector", "M,4");
    }

    private static Profile Settings() => new()
    {
        Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 50, Skip = 50 }, BackboneFeatures = ["edges"] },
        // The backbone alone counts.
        Map = new MapSettings { Aggregation = MapAggregation.Weighted, Weights = [0, 1], Widths = [2] }, TopPixels = 50,
    };

    /// <summary>Gives the tiny bundle the backbone, one profile that reads it, and a denoiser that reconstructs everything as mid-grey: eps = x / sqrt(1 - abar) at t = 0.</summary>
    private void Save()
    {
        var manifest = Bundle.Load(tiny.Folder).Manifest;
        var eps = new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N").Constant("w", [1, 1, 1, 1], [(float)(1 / new NoiseSchedule().SqrtOneMinusAbar(0))])
            .Node("Conv", ["x", "w"], "eps").Output("eps", "N,1,H,W");
        foreach (var (key, value) in NetworkMetadata.Of(manifest.Network))
            eps.Metadata(key, value);
        File.Copy(eps.Write(folder), Path.Combine(tiny.Folder, "eps.onnx"), overwrite: true);
        File.Copy(Network().Write(folder), Path.Combine(tiny.Folder, "backbone.onnx"));
        manifest = manifest with
        {
            DefaultProfile = "backbone",
            Network = manifest.Network with { Backbone = new Backbone { File = new FileEntry { Path = "backbone.onnx" }, Mean = [.. Mean], Deviation = [.. Deviation] } },
        };
        using var calibrator = new Calibrator(tiny.Folder, manifest.Network, manifest.Preprocessing, TinyBundle.Cpu);
        var profiles = new Dictionary<string, Profile> { ["backbone"] = calibrator.Calibrate(Settings(), tiny.NormalPaths, "test") };
        BundleWriter.Save(manifest, profiles, tiny.Folder);
        BundleWriter.Save(manifest with { GoldenSamples = GoldenSamples.Expect(Bundle.Load(tiny.Folder)) }, profiles, tiny.Folder);
    }

    private float[] Features(FeatureNetwork? own, FeatureNetwork? backbone)
    {
        var schedule = new NoiseSchedule();
        var settings = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 50, Skip = 25 }, Features = ["half"], BackboneFeatures = ["edges"] };
        var method = new ReconstructionMethod(new GaussianDenoiser(schedule), own, backbone, schedule, settings, 0);
        var shape = new PictureShape(1, 32, 32);
        var random = new Random(5);
        float[] picture = [.. Enumerable.Range(0, shape.Length).Select(_ => random.NextSingle() - 0.5f)];
        var planes = new float[2 * shape.Pixels];
        method.Measure(picture, shape, planes);
        return planes[shape.Pixels..];
    }

    private void Refused(params string[] words)
    {
        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));
        Assert.All(words, word => Assert.Contains(word, fault.Message));
    }
}
