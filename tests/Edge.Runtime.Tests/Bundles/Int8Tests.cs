using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Bundles;

public sealed class Int8Tests : IDisposable
{
    private static readonly ModelOptions Int8 = new() { Profile = "levels", Precision = Precision.Int8, Inference = TinyBundle.Cpu };
    private static readonly ProfileKey Key = new("levels", Precision.Int8);
    private readonly TinyBundle tiny = new();

    public Int8Tests() => tiny.AddInt8();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_NetworkOfTheSameArithmetic_GivesTheSameVerdict()
    {
        using var floats = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        using var int8 = Opened.Inspector(tiny.Folder, Int8);

        foreach (var path in tiny.NormalPaths.Append(tiny.DefectPath))
            Assert.Equal(floats.Inspect(path).Score, int8.Inspect(path).Score);
        Assert.True(int8.Inspect(tiny.DefectPath).IsNg);
    }

    [Fact]
    public void Open_Auto_RunsOnTheCpu()
    {
        using var inspector = Opened.Inspector(tiny.Folder, Int8 with { Inference = new InferenceOptions() });

        Assert.Equal(ExecutionProvider.Cpu, inspector.Model.Provider);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Open_OnAGpu_IsRefused(ExecutionProvider provider)
    {
        var fault = Assert.Throws<DeviceException>(() => Model.Open(tiny.Folder, Int8 with { Inference = new InferenceOptions { Provider = provider } }));

        Assert.Contains("int8", fault.Message);
        Assert.Contains(provider.ToString().ToLowerInvariant(), fault.Message);
    }

    [Fact]
    public void Load_TheFileIsMissing_NamesIt()
    {
        File.Delete(Path.Combine(tiny.Folder, "int8", "t25.onnx"));

        Assert.Contains("int8/t25.onnx: missing, but network.int8.t25", Fault());
    }

    [Fact]
    public void Load_TheFileIsChanged_NamesIt()
    {
        File.AppendAllText(Path.Combine(tiny.Folder, "int8", "t25.onnx"), "x");

        Assert.Contains("int8/t25.onnx: damaged or changed: network.int8.t25.sha256", Fault());
    }

    [Fact]
    public void Load_AProfileReadsATimestepWithoutANetwork_NamesBoth()
    {
        tiny.EditFile(tiny.ProfilePath(Key), text => text.Replace("- 25", "- 26"));

        Assert.Contains("readings[0] asks for int8 networks of [t26]; network.int8 of bundle.yaml has [t25]", Fault());
    }

    [Theory]
    [InlineData("noised")]
    [InlineData("difference")]
    public void Load_AProfileInInt8WithNoise_IsRefused(string mode)
    {
        tiny.EditFile(tiny.ProfilePath(Key), text => text.Replace("mode: noiseless", $"mode: {mode}"));

        Assert.Contains("readings[0] cannot run in int8, which is for log_odds, memory and t_scales in mode noiseless", Fault());
    }

    [Fact]
    public void Load_AReconstructionInInt8_IsRefused()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        profiles["rebuild:int8"] = bundle.Profile("rebuild");
        BundleWriter.Save(bundle.Manifest, profiles, tiny.Folder);

        Assert.Contains("readings[0] cannot run in int8", Fault());
    }

    [Fact]
    public void Open_AFileMadeForAnotherTimestep_IsRefused()
    {
        string[] files = [tiny.ProfilePath("levels"), tiny.ProfilePath(Key)];
        tiny.EditManifest(text => text.Replace("    t25:", "    t26:"));
        foreach (var file in files)
            tiny.EditFile(file, ReadLevel26);

        var fault = Assert.Throws<BundleException>(() => Model.Open(tiny.Folder, Int8));

        Assert.Contains("made for t = 25", fault.Message);
    }

    [Fact]
    public void Open_AFileWithoutTheAnswerThatIsRead_IsRefused()
    {
        var bundle = Bundle.Load(tiny.Folder);
        tiny.Write("int8/odds.onnx", bundle.Manifest.Network,
            new TinyOnnx().Metadata(OnnxDenoiser.TimestepKey, "25").Input("x", "N,1,H,W").Node("Relu", ["x"], "logit").Output("logit", "N,1,H,W"));
        var network = bundle.Manifest.Network with { Int8 = new() { ["t25"] = new FileEntry { Path = "int8/odds.onnx" } } };
        using var set = new NetworkSet(tiny.Folder, network, TinyBundle.Cpu);
        using var networks = set.Use();

        var fault = Assert.Throws<BundleException>(() => networks.Source(bundle.Profile(Key).Readings[0], bundle.Profile(Key), Precision.Int8));

        Assert.Contains("int8/odds.onnx: output eps is missing; the file has logit", fault.Message);
    }

    [Fact]
    public void Files_WithInt8_NameNetworkAndProfile()
    {
        var files = Bundle.Load(tiny.Folder).Files;

        Assert.Contains("int8/t25.onnx", files);
        Assert.Contains(tiny.ProfilePath(Key), files);
        Assert.StartsWith("profiles/levels-int8-", tiny.ProfilePath(Key));
    }

    [Fact]
    public void Save_BothPrecisions_ComeBackAsTheyWere()
    {
        var before = Bundle.Load(tiny.Folder);

        BundleWriter.Save(before.Manifest, before.Profiles.ToDictionary(key => key, before.Profile), tiny.Folder);

        var after = Bundle.Load(tiny.Folder);
        Assert.Equal(before.Hash, after.Hash);
        Assert.Equal(["levels", "rebuild"], after.ProfileNames);
        Assert.Equal(["levels", "levels:int8", "rebuild"], after.Profiles.Select(key => key.ToString()));
        Assert.Equal("test int8", after.Profile(Key).Calibration.Source);
        Assert.Equal("test", after.Profile("levels").Calibration.Source);
    }

    [Fact]
    public void Save_Int8WithoutFp32_IsRefused()
    {
        var bundle = Bundle.Load(tiny.Folder);

        var fault = Assert.Throws<ArgumentException>(() => BundleWriter.Save(bundle.Manifest, new Dictionary<ProfileKey, Profile> { [Key] = bundle.Profile(Key) }, tiny.Folder));

        Assert.Contains("levels:int8", fault.Message);
    }

    [Fact]
    public void Load_Int8ReadsAnotherLevelThanFp32_IsRefused()
    {
        var file = tiny.ProfilePath("levels");
        tiny.EditFile(file, ReadLevel26);

        Assert.Contains("readings read t25; in fp32 the profile reads t26", Fault());
    }

    [Fact]
    public void Profile_Int8ThatIsNotThere_NamesThoseThatHaveIt()
    {
        var fault = Assert.Throws<BundleException>(() => Opened.Inspector(tiny.Folder, Int8 with { Profile = "rebuild" }));

        Assert.Contains("'rebuild' has no int8; it is there for levels.", fault.Message);
        Assert.Contains("edge-train quantise", fault.Message);
    }

    [Fact]
    public void Profile_NoProfileHasInt8_SaysSo()
    {
        using var plain = new TinyBundle();

        Assert.Contains("no profile has it", Assert.Throws<BundleException>(() => Bundle.Load(plain.Folder).Profile(Key)).Message);
    }

    [Fact]
    public void Profile_PrecisionWrittenIntoTheName_SaysThatItIsApart() =>
        Assert.Contains("apart from the name", Assert.Throws<BundleException>(() => Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels:int8" })).Message);

    [Theory]
    [InlineData(null, Precision.Fp32)]
    [InlineData(Precision.Fp32, Precision.Fp32)]
    [InlineData(Precision.Int8, Precision.Int8)]
    public void Inspect_Precision_IsInTheVerdict(Precision? asked, Precision expected)
    {
        using var inspector = Opened.Inspector(tiny.Folder, Int8 with { Precision = asked });

        var verdict = inspector.Inspect(tiny.DefectPath);

        Assert.Equal(("levels", expected), (verdict.Profile, verdict.Precision));
        Assert.Equal(new ProfileKey("levels", expected), inspector.Model.Key);
    }

    private static string ReadLevel26(string text) => text.Replace("- 25", "- 26").Replace("median t25", "median t26");

    private string Fault() => Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder)).Message;
}
