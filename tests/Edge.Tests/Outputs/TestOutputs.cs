using Edge.Runtime;
using Edge.Outputs;
using Edge.Runtime.Bundles;
using Edge.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Outputs;

/// <summary>What the tests of outputs have in common.</summary>
internal static class TestOutputs
{
    /// <summary>Far longer than anything takes on an idle machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static OutputContext Context(Telemetry? telemetry = null, TimeProvider? time = null, ILoggerFactory? log = null) =>
        new("box1", telemetry ?? new Telemetry(), time ?? TimeProvider.System, log ?? NullLoggerFactory.Instance);

    public static PartResult Result(long id, ResultVerdict verdict = ResultVerdict.Ok, string station = "top", string? error = null) => new()
    {
        Id = id, Box = "box1", Station = station, Verdict = verdict, Reason = verdict == ResultVerdict.Ok ? ResultReason.Good : ResultReason.Defect,
        Time = DateTimeOffset.UnixEpoch.AddSeconds(id), Score = 0.5, Threshold = 1, PValue = 0.25, Profile = "levels", Precision = Precision.Fp32, Bundle = "tiny", BundleVersion = "1",
        BundleHash = "abc", Frame = id, WaitMs = 1, InspectMs = 2, TotalMs = 3, Error = error,
    };

    public static LineState State(bool ready, string warning = "") => new("box1", ready, ready ? [] : ["camera down"], [warning], [], []);

    /// <summary>Waits until an output has delivered all it has.</summary>
    public static async Task Flushed(IOutput output)
    {
        using var deadline = new CancellationTokenSource(Limit);
        await output.Flush(deadline.Token);
        Assert.Equal(0, output.Pending);
    }
}
