using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Tests.Commands;

/// <summary>What edge inspect makes of the choices of edge-bench tune.</summary>
public sealed class InspectTuningTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_TunedHere_SaysSoAndGivesTheSameScore()
    {
        Inspect();
        var before = edge.Rows[0].GetProperty("score").GetDouble();
        Tune(MachineTuning.Here(Bundle.Load(tiny.Folder)));

        Inspect();

        Assert.Contains("bundle.machine.yaml: 1 thread", edge.Error);
        Assert.Equal(before, edge.Rows[0].GetProperty("score").GetDouble());
    }

    [Fact]
    public void Inspect_TunedInAnotherPrecision_SaysSo()
    {
        tiny.AddInt8();
        Tune(MachineTuning.Here(Bundle.Load(tiny.Folder)));

        Assert.Equal(0, Inspect("--precision", "int8"));

        Assert.Contains("it says nothing of profile levels:int8", edge.Error);
    }

    [Fact]
    public void Inspect_TunedElsewhere_SaysSoAndInspects()
    {
        Tune(MachineTuning.Here(Bundle.Load(tiny.Folder)) with { Cpu = "Abacus 9" });

        Assert.Equal(0, Inspect());

        Assert.Contains("is not used: its processor is Abacus 9", edge.Error);
    }

    [Fact]
    public void Inspect_ThreadsOnTheCommandLine_Win()
    {
        Tune(MachineTuning.Here(Bundle.Load(tiny.Folder)));

        Assert.Equal(0, Inspect("--threads", "2", "--spinning", "true"));

        Assert.DoesNotContain("machine.yaml", edge.Error);
    }

    [Fact]
    public void Inspect_DamagedTuning_IsAFaultOfTheBundle()
    {
        File.WriteAllText(MachineTuning.PathOf(tiny.Folder), "profiles: [");

        Assert.Equal(3, Inspect());

        Assert.Contains("bundle.machine.yaml, line 1", edge.Error);
    }

    [Fact]
    public void Inspect_Twice_KeepsTheGraphInTheUsersCache()
    {
        Inspect();
        Inspect();

        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(UserCache.Folder, "edge", "graphs")));
    }

    private int Inspect(params string[] more) => edge.Run(["inspect", tiny.NormalPaths[0], "--bundle", tiny.Folder, "--profile", "levels", "--json", .. more]);

    private void Tune(MachineTuning tuning)
    {
        tuning.Profiles["levels"] = new ProfileTuning { Threads = 1, P50Ms = 1 };
        tuning.Write(tiny.Folder);
    }
}
