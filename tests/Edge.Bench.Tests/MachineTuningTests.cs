using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime;
using Edge.Testing;

namespace Edge.Bench.Tests;

public sealed class MachineTuningTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly Bundle bundle;

    public MachineTuningTests() => bundle = Bundle.Load(tiny.Folder);

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void For_NoFile_IsSilent()
    {
        Assert.Null(MachineTuning.For(tiny.Folder, bundle, "levels", out var note));
        Assert.Null(note);
    }

    [Fact]
    public void For_MadeHere_IsTheChoiceAndSaysSo()
    {
        Write(MachineTuning.Here(bundle));

        var choice = MachineTuning.For(tiny.Folder + "/", bundle, "levels", out var note);

        Assert.Equal((3, true, 12.5), (choice!.Threads, choice.Spinning, choice.P50Ms));
        Assert.Contains("bundle.machine.yaml: 3 threads, spinning", note);
        Assert.Equal(bundle.Hash, Bundle.Load(tiny.Folder).Hash);
    }

    [Fact]
    public void For_AnotherMachineRuntimeOrBundle_IsRefusedAndSaysWhy()
    {
        var here = MachineTuning.Here(bundle);
        foreach (var (foreign, what) in new[]
        {
            (here with { Cpu = "Abacus 9" }, "processor is Abacus 9"), (here with { Processors = 1000 }, "number of processors is 1000"),
            (here with { OnnxRuntime = "0.9.0" }, "ONNX Runtime is 0.9.0"), (here with { Bundle = "other" }, "bundle is other"),
            (here with { BundleVersion = "0" }, "bundle version is 0"),
        })
        {
            Write(foreign);
            Assert.Null(MachineTuning.For(tiny.Folder, bundle, "levels", out var note));
            Assert.Contains("bundle.machine.yaml is not used: its " + what, note);
            Assert.Contains("edge-bench tune", note);
        }
    }

    [Fact]
    public void For_ProfileNotMeasured_SaysSo()
    {
        Write(MachineTuning.Here(bundle));

        Assert.Null(MachineTuning.For(tiny.Folder, bundle, "rebuild", out var note));
        Assert.Contains("nothing of profile rebuild", note);
    }

    [Fact]
    public void For_OtherPrecision_IsAnotherChoice()
    {
        var tuning = MachineTuning.Here(bundle);
        tuning.Profiles["levels:int8"] = new ProfileTuning { Threads = 1, P50Ms = 2 };
        Write(tuning);

        Assert.Equal(3, MachineTuning.For(tiny.Folder, bundle, "levels", out _)!.Threads);
        Assert.Equal(1, MachineTuning.For(tiny.Folder, bundle, "levels:int8", out _)!.Threads);
        Assert.Null(MachineTuning.For(tiny.Folder, bundle, "rebuild:int8", out var note));
        Assert.Contains("nothing of profile rebuild:int8", note);
    }

    [Theory]
    [InlineData("threads: 3", "threads: 0", "profiles.levels.threads is 0")]
    [InlineData("threads: 3", "thraeds: 3", "line")]
    [InlineData("schema_version: 1", "schema_version: 2", "schema_version is 2")]
    public void For_DamagedFile_IsAFault(string from, string to, string said)
    {
        Write(MachineTuning.Here(bundle));
        var file = MachineTuning.PathOf(tiny.Folder);
        File.WriteAllText(file, File.ReadAllText(file).Replace(from, to));

        var fault = Assert.Throws<BundleException>(() => MachineTuning.For(tiny.Folder, bundle, "levels", out _));

        Assert.Contains(file, fault.Message);
        Assert.Contains(said, fault.Message);
    }

    private void Write(MachineTuning tuning)
    {
        tuning.Profiles["levels"] = new ProfileTuning { Threads = 3, Spinning = true, P50Ms = 12.5 };
        tuning.Write(tiny.Folder);
    }
}
