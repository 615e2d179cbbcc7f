using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Bundles;

public sealed class Int8Tests : IDisposable
{
    private const string Profile = "levels-int8";
    private readonly TinyBundle tiny = new();

    public Int8Tests() => tiny.AddInt8();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_NetworkOfTheSameArithmetic_GivesTheSameVerdict()
    {
        using var floats = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        using var int8 = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = Profile, Inference = TinyBundle.Cpu });

        foreach (var path in tiny.NormalPaths.Append(tiny.DefectPath))
            Assert.Equal(floats.Inspect(path).Score, int8.Inspect(path).Score);
        Assert.True(int8.Inspect(tiny.DefectPath).IsNg);
    }

    [Fact]
    public void Open_Auto_RunsOnTheCpu()
    {
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = Profile });

        Assert.Equal(ExecutionProvider.Cpu, inspector.Model.Provider);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Open_OnAGpu_IsRefused(ExecutionProvider provider)
    {
        var options = new ModelOptions { Profile = Profile, Inference = new InferenceOptions { Provider = provider } };

        var fault = Assert.Throws<DeviceException>(() => Model.Open(tiny.Folder, options));

        Assert.Contains("int8", fault.Message);
        Assert.Contains(provider.ToString().ToLowerInvariant(), fault.Message);
    }

    [Fact]
    public void Load_TheFileIsMissing_NamesIt()
    {
        File.Delete(Path.Combine(tiny.Folder, "int8", "t25.onnx"));

        Assert.Contains("int8/t25.onnx: missing, but network.int8.25", Fault());
    }

    [Fact]
    public void Load_TheFileIsChanged_NamesIt()
    {
        File.AppendAllText(Path.Combine(tiny.Folder, "int8", "t25.onnx"), "x");

        Assert.Contains("int8/t25.onnx: damaged or changed: network.int8.25.sha256", Fault());
    }

    [Fact]
    public void Load_AProfileReadsATimestepWithoutANetwork_NamesBoth()
    {
        tiny.EditFile(tiny.ProfilePath(Profile), text => text.Replace("- 25", "- 26"));

        Assert.Contains("readings[0] asks for int8 networks at [26]", Fault());
    }

    [Theory]
    [InlineData("noised")]
    [InlineData("difference")]
    public void Load_AProfileInInt8WithNoise_IsRefused(string mode)
    {
        tiny.EditFile(tiny.ProfilePath(Profile), text => text.Replace("mode: noiseless", $"mode: {mode}"));

        Assert.Contains("precision int8 is for log_odds and for t_scales in mode noiseless", Fault());
    }

    [Fact]
    public void Load_AReconstructionInInt8_IsRefused()
    {
        tiny.EditFile(tiny.ProfilePath("rebuild"), text => text.Replace("precision: fp32", "precision: int8"));

        Assert.Contains("precision int8 is for log_odds and for t_scales", Fault());
    }

    [Fact]
    public void Open_AFileMadeForAnotherTimestep_IsRefused()
    {
        var profile = tiny.ProfilePath(Profile);
        tiny.EditManifest(text => text.Replace("    25:", "    26:"));
        tiny.EditFile(profile, text => text.Replace("- 25", "- 26").Replace("median t25", "median t26"));

        var options = new ModelOptions { Profile = Profile, Inference = TinyBundle.Cpu };

        var fault = Assert.Throws<BundleException>(() => Model.Open(tiny.Folder, options));

        Assert.Contains("made for t = 25", fault.Message);
    }

    [Fact]
    public void Open_AFileWithoutTheAnswerThatIsRead_IsRefused()
    {
        var bundle = Bundle.Load(tiny.Folder);
        tiny.Write("int8/odds.onnx", bundle.Manifest.Network,
            new TinyOnnx().Metadata(OnnxDenoiser.TimestepKey, "25").Input("x", "N,1,H,W").Node("Relu", ["x"], "logit").Output("logit", "N,1,H,W"));
        var network = bundle.Manifest.Network with { Int8 = new() { [25] = new FileEntry { Path = "int8/odds.onnx" } } };
        using var set = new NetworkSet(tiny.Folder, network, TinyBundle.Cpu);
        using var networks = set.Use();

        var fault = Assert.Throws<BundleException>(() => networks.Source(bundle.Profile(Profile).Readings[0], bundle.Profile(Profile)));

        Assert.Contains("int8/odds.onnx: gives log-odds alone", fault.Message);
    }

    [Fact]
    public void Files_WithInt8_NameTheNetworks() => Assert.Contains("int8/t25.onnx", Bundle.Load(tiny.Folder).Files);

    private string Fault() => Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder)).Message;
}
