using Edge.Runtime;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Service;

namespace Edge.Tests.Service;

public class IntakeTests
{
    private long ids;

    [Fact]
    public void Deliver_FreeRun_KeepsTheNewestAndCountsTheOther()
    {
        var intake = Intake(TriggerMode.FreeRun);

        intake.Deliver(Frame(1), waits: false, default);
        intake.Deliver(Frame(2), waits: false, default);

        Assert.Equal(2, intake.Take(TimeSpan.Zero)!.Frame!.Timestamp);
        Assert.Null(intake.Take(TimeSpan.Zero));
        Assert.Equal(1, intake.Superseded);
    }

    [Fact]
    public async Task Deliver_CameraThatWaits_LosesNothing()
    {
        var intake = Intake(TriggerMode.FreeRun);
        var camera = Task.Run(() =>
        {
            for (var i = 1; i <= 100; i++)
                intake.Deliver(Frame(i), waits: true, default);
        });

        List<long> seen = [];
        while (seen.Count < 100 && intake.Take(TimeSpan.FromSeconds(20)) is { } part)
            seen.Add(part.Frame!.Sequence);
        await camera;

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), seen);
        Assert.Equal(0, intake.Superseded);
    }

    [Fact]
    public async Task Deliver_WaitingForRoom_EndsWhenTold()
    {
        var intake = Intake(TriggerMode.FreeRun);
        intake.Deliver(Frame(1), waits: true, default);
        using var stop = new CancellationTokenSource();
        var camera = Task.Run(() => intake.Deliver(Frame(2), waits: true, stop.Token));

        stop.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(() => camera.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Deliver_External_MatchesTheFirstPictureTakenAfterTheTrigger()
    {
        var intake = Intake(TriggerMode.External);
        intake.Deliver(Frame(5), waits: false, default);

        intake.Trigger("a", now: 10);
        intake.Deliver(Frame(9), waits: false, default);
        Assert.Null(intake.Take(TimeSpan.Zero));
        intake.Deliver(Frame(10), waits: false, default);
        intake.Deliver(Frame(11), waits: false, default);

        var part = intake.Take(TimeSpan.Zero)!;
        Assert.Equal(("a", 10), (part.PartId, part.Frame!.Timestamp));
        Assert.Null(intake.Take(TimeSpan.Zero));
    }

    [Fact]
    public async Task Deliver_ExternalAndCameraThatWaits_GivesEachPartTheNextPicture()
    {
        var intake = Intake(TriggerMode.External);
        var camera = Task.Run(() =>
        {
            for (var i = 1; i <= 3; i++)
                intake.Deliver(Frame(i), waits: true, default);
        });

        List<long> seen = [];
        for (var i = 1; i <= 3; i++)
        {
            intake.Trigger($"{i}", now: 100 * i);
            seen.Add(intake.Take(TimeSpan.FromSeconds(20))!.Frame!.Timestamp);
        }
        await camera;

        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public void Trigger_MoreThanMayWait_SaysSoForEachTooMany()
    {
        var intake = Intake(TriggerMode.External, queue: 2);

        bool[] fits = [.. Enumerable.Range(0, 4).Select(i => intake.Trigger($"{i}", i)!.Value.Fits)];

        Assert.Equal([true, true, false, false], fits);
        Assert.Equal(2, intake.Depth);
    }

    [Fact]
    public void Deliver_CameraMakesParts_SaysWhichFindNoRoom()
    {
        var intake = Intake(TriggerMode.Camera, queue: 2);

        bool[] fits = [.. Enumerable.Range(1, 3).Select(i => intake.Deliver(Frame(i), waits: false, default)!.Value.Fits)];

        Assert.Equal([true, true, false], fits);
        Assert.Equal([1, 2], new[] { intake.Take(TimeSpan.Zero)!.Frame!.Sequence, intake.Take(TimeSpan.Zero)!.Frame!.Sequence });
    }

    [Fact]
    public void Tick_WhileTheLastPartWaits_IsCounted()
    {
        var intake = Intake(TriggerMode.Rate);

        intake.Tick(1);
        intake.Tick(2);
        intake.Deliver(Frame(3), waits: false, default);
        intake.Tick(4);

        Assert.Equal(2, intake.MissedTicks);
        Assert.Equal(1, intake.Take(TimeSpan.Zero)!.Begun);
        Assert.Null(intake.Take(TimeSpan.Zero));
    }

    [Fact]
    public void Take_PostedAndLine_LineFirst()
    {
        var intake = Intake(TriggerMode.FreeRun);
        var reply = new TaskCompletionSource<PostedResult>();

        Assert.True(intake.TryPost(Frame(1), 1, reply));
        intake.Deliver(Frame(2), waits: false, default);

        Assert.Null(intake.Take(TimeSpan.Zero)!.Reply);
        Assert.Same(reply, intake.Take(TimeSpan.Zero)!.Reply);
    }

    [Fact]
    public void TryPost_MoreThanMayWait_IsRefused()
    {
        var intake = Intake(TriggerMode.FreeRun, queue: 1);

        Assert.True(intake.TryPost(Frame(1), 1, new()));
        Assert.False(intake.TryPost(Frame(2), 2, new()));
    }

    [Fact]
    public void Remove_PartWithPicture_GivesTheBufferBack()
    {
        var intake = Intake(TriggerMode.External);
        var part = intake.Trigger(null, 1)!.Value.Part;
        var frame = Frame(2);
        intake.Deliver(frame, waits: false, default);

        intake.Remove(part);

        Assert.Null(intake.Take(TimeSpan.Zero));
        Assert.Same(frame, intake.Rent());
    }

    [Fact]
    public void Close_PartsWithPicturesStay_OthersAreReturned()
    {
        var intake = Intake(TriggerMode.External);
        intake.Trigger("seen", 1);
        intake.Deliver(Frame(2), waits: false, default);
        intake.Trigger("unseen", 3);

        var unanswered = intake.Close();

        Assert.Equal("unseen", Assert.Single(unanswered).PartId);
        Assert.False(intake.IsDrained);
        Assert.Equal("seen", intake.Take(TimeSpan.Zero)!.PartId);
        Assert.True(intake.IsDrained);
        Assert.Null(intake.Trigger("late", 4));
    }

    private Intake Intake(TriggerMode mode, int queue = 4) => new(mode, queue, () => ++ids);

    private static CapturedFrame Frame(long timestamp)
    {
        var frame = new CapturedFrame { Timestamp = timestamp };
        frame.Resize(1, 1, 1, 1)[0] = (byte)timestamp;
        return frame;
    }
}
