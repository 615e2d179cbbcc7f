using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Edge.Outputs;
using Edge.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Outputs;

/// <summary>What the tests of outputs have in common.</summary>
internal static class TestOutputs
{
    /// <summary>Far longer than anything takes on an idle machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static OutputContext Context(Telemetry? telemetry = null, TimeProvider? time = null) =>
        new("box1", telemetry ?? new Telemetry(), time ?? TimeProvider.System, NullLoggerFactory.Instance);

    public static InspectionResult Result(long id, ResultVerdict verdict = ResultVerdict.Ok, string station = "top", string? error = null) => new()
    {
        Id = id, Box = "box1", Station = station, Verdict = verdict, Reason = verdict == ResultVerdict.Ok ? ResultReason.Good : ResultReason.Defect,
        Time = DateTimeOffset.UnixEpoch.AddSeconds(id), Score = 0.5, Threshold = 1, PValue = 0.25, Profile = "levels", Bundle = "tiny", BundleVersion = "1",
        BundleHash = "abc", Frame = id, WaitMs = 1, InspectMs = 2, TotalMs = 3, Error = error,
    };

    public static LineState State(bool ready, string warning = "") => new("box1", ready, ready ? [] : ["camera down"], [warning], [], []);

    public static Task Until(Func<bool> condition, string what) => Until(condition, () => what);

    /// <summary>Waits for a condition; where it does not come, the test fails and says what was missing.</summary>
    public static async Task Until(Func<bool> condition, Func<string> what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, $"not within {Limit.TotalSeconds} s: {what()}");
            await Task.Delay(10).ConfigureAwait(false);
        }
    }

    /// <summary>A port nobody listened on a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
