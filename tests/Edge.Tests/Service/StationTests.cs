using Edge.Runtime;
using System.Collections.Concurrent;
using Edge.Configuration;
using Edge.Runtime.Inspection;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Service;

/// <summary>A station on a watched folder: every part gets exactly one answer, in time.</summary>
public sealed class StationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TinyBundle tiny = new();
    private readonly ConcurrentQueue<PartResult> results = new();
    private readonly SemaphoreSlim cores = new(1);
    private readonly string folder;
    private long ids;

    public StationTests() => folder = Directory.CreateDirectory(tiny.At("incoming")).FullName;

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void FreeRun_Folder_EveryPictureOnceUnderItsName()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"{i:00}.png").ToList();
        foreach (var name in names)
            tiny.Picture($"incoming/{name}", name.GetHashCode(), defect: name == "07.png");

        using var station = Started(new TriggerConfig { Mode = TriggerMode.FreeRun });
        Until(() => results.Count == 20);

        Assert.Equal(names, results.Select(result => result.PartId));
        Assert.Equal("07.png", Assert.Single(results, result => result.Reason == ResultReason.Defect && result.PartId == "07.png").PartId);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long?)i), results.Select(result => result.Frame));
        Assert.Equal(20, station.State().Results.Values.Sum());
    }

    [Fact]
    public void Trigger_NoPicture_IsNgAtTheDeadline()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.External, DeadlineMs = 300 });

        var begun = station.Trigger("p1");
        Until(() => !results.IsEmpty);

        var result = Assert.Single(results);
        Assert.Equal((begun.Id, "p1", ResultVerdict.Ng, ResultReason.NoFrame), (result.Id, result.PartId, result.Verdict, result.Reason));
        Assert.InRange(result.TotalMs, 280, 10_000);
        Assert.Null(result.Score);
    }

    [Fact]
    public void Trigger_InspectionTooSlow_IsLateOnceAndTheNextPartIsInspected()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.External, DeadlineMs = 300 });
        cores.Wait();
        tiny.Picture("incoming/a.png", 1);
        station.Trigger("slow");
        Until(() => !results.IsEmpty);
        cores.Release();

        Assert.Equal(ResultReason.Late, Assert.Single(results).Reason);
        tiny.Picture("incoming/b.png", 2);
        station.Trigger("next");
        Until(() => results.Count == 2);
        Assert.Equal(("next", ResultReason.Good), (results.Last().PartId, results.Last().Reason));
    }

    [Fact]
    public void Trigger_MoreThanMayWait_EachIsAnsweredOnce()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.External, DeadlineMs = 500, Queue = 2 });

        long[] begun = [.. Enumerable.Range(0, 5).Select(i => station.Trigger($"{i}").Id)];
        Assert.Equal(3, results.Count(result => result.Reason == ResultReason.Overrun));
        Until(() => results.Count == 5);

        Assert.Equal(begun.Order(), results.Select(result => result.Id).Order());
        Assert.All(results, result => Assert.Equal(ResultVerdict.Ng, result.Verdict));
    }

    [Fact]
    public void Trigger_ModeIsNotExternal_IsRefusedAndCounted()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.FreeRun });

        var outcome = station.Trigger("x");

        Assert.False(outcome.Accepted);
        Assert.Contains("external", outcome.Refusal);
        Assert.Equal(1, station.State().Refused);
        Assert.Empty(results);
    }

    [Fact]
    public void Trigger_CameraDown_IsRefusedWithTheReason()
    {
        Directory.Delete(folder);
        using var station = Started(new TriggerConfig { Mode = TriggerMode.External });
        Until(() => station.Camera!.State.Error is not null);

        Assert.Contains("camera down", station.Trigger("x").Refusal);
        Assert.NotNull(station.NotReady);
    }

    [Fact]
    public void Stop_PartsThatWait_AreAnswered()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.External, DeadlineMs = 0 });
        station.Trigger("a");
        station.Trigger("b");

        station.Stop();

        Assert.Equal(["a", "b"], results.Select(result => result.PartId));
        Assert.All(results, result => Assert.Equal((ResultVerdict.Ng, ResultReason.Stopped), (result.Verdict, result.Reason)));
        Assert.True(station.Trigger("c").Stopping);
    }

    [Fact]
    public void Rate_FolderThatIsEmpty_CountsTheTicksItMissed()
    {
        using var station = Started(new TriggerConfig { Mode = TriggerMode.Rate, Hz = 100 });

        Until(() => station.State().MissedTicks > 3);

        Assert.Empty(results);
    }

    private Station Started(TriggerConfig trigger)
    {
        var config = new StationConfig
        {
            Name = "top", Bundle = tiny.Folder, Trigger = trigger,
            Camera = new CameraConfig { Folder = new FolderConfig { Path = folder, SettleMs = 0 }, ReopenSeconds = 0.2 },
        };
        var model = new StationModel(Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu }), tiny.Folder);
        var station = new Station(new EdgeConfig { Stations = [config] }, config, model,
            new StationServices(cores, () => ++ids, results.Enqueue, [], new Telemetry(), TimeProvider.System, NullLoggerFactory.Instance));
        station.Start();
        if (Directory.Exists(folder))
            Until(() => station.NotReady is null);
        return station;
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "waited in vain");
}
