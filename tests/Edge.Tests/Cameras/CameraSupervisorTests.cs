using System.Collections.Concurrent;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;

namespace Edge.Tests.Cameras;

public sealed class CameraSupervisorTests
{
    private static readonly CameraConfig Impatient = new() { StallSeconds = 0.3, ReopenSeconds = 0.2 };

    [Fact]
    public void Start_StreamingCamera_IsUpOnlyWithItsFirstPicture()
    {
        using var go = new ManualResetEventSlim();
        var n = 0;
        using var camera = new SupervisedCamera(new CameraConfig { StallSeconds = 10 }, () => new ScriptedCamera(frame =>
            go.Wait(20) ? ScriptedCamera.Picture(frame, n++) : CaptureStatus.Nothing));

        camera.Until(() => camera.State is { Up: false, Frames: 0, Error: null }, "not up");
        go.Set();
        camera.Until(() => camera.State.Up, "up");

        camera.Until(() => camera.State.Frames >= 3, "pictures");
        Assert.True(camera.Telemetry.Frames.Value("test") >= 3);
        Assert.Equal(0, camera.State.Reopens);
    }

    [Fact]
    public void Start_TriggeredCamera_IsUpWithoutAPictureAndStaysUp()
    {
        using var camera = new SupervisedCamera(Impatient, () => new ScriptedCamera(_ =>
        {
            Thread.Sleep(20);
            return CaptureStatus.Nothing;
        }, streams: false));

        camera.Until(() => camera.State.Up, "up");
        var since = camera.State.Since;
        camera.Until(() => DateTimeOffset.UtcNow - since > TimeSpan.FromSeconds(4 * Impatient.StallSeconds), "four stall times");

        Assert.Equal((true, 0), (camera.State.Up, camera.State.Reopens));
        Assert.Equal(since, camera.State.Since);
    }

    [Fact]
    public void Capture_NoPictureInTime_OpensAgainAndClosesTheOld()
    {
        var opened = new ConcurrentQueue<ScriptedCamera>();
        using var camera = new SupervisedCamera(Impatient, () =>
        {
            var next = opened.IsEmpty ? new ScriptedCamera(_ =>
            {
                Thread.Sleep(20);
                return CaptureStatus.Nothing;
            }) : ScriptedCamera.Sound();
            opened.Enqueue(next);
            return next;
        });

        camera.UntilMore(3, "pictures");

        Assert.Equal(2, opened.Count);
        Assert.True(opened.First().IsDisposed);
        Assert.Equal((true, 1, null), (camera.State.Up, camera.State.Reopens, camera.State.Error));
    }

    [Fact]
    public void Capture_NeverReturns_IsLeftBehindAndItsLatePictureIgnored()
    {
        using var release = new ManualResetEventSlim();
        var opened = new ConcurrentQueue<ScriptedCamera>();
        using var camera = new SupervisedCamera(Impatient, () =>
        {
            var next = opened.IsEmpty ? new ScriptedCamera(frame =>
            {
                release.Wait();
                frame.PartId = "late";
                return ScriptedCamera.Picture(frame, 0);
            }) : ScriptedCamera.Sound();
            opened.Enqueue(next);
            return next;
        });
        camera.UntilMore(3, "pictures of the second opening");
        var hung = opened.First();
        Assert.False(hung.IsDisposed);

        release.Set();

        camera.Until(() => hung.IsDisposed, "the first camera closed");
        camera.UntilMore(3, "pictures go on");
        Assert.DoesNotContain(camera.Pictures, picture => picture.PartId == "late");
        Assert.Null(camera.Supervisor.Fatal);
        Assert.Equal(2, opened.Count);
    }

    [Fact]
    public void Capture_NineCallsNeverReturn_IsFatal()
    {
        using var release = new ManualResetEventSlim();
        var opened = 0;
        using var camera = new SupervisedCamera(new CameraConfig { StallSeconds = 0.1, ReopenSeconds = 0.1 }, () =>
        {
            Interlocked.Increment(ref opened);
            return new ScriptedCamera(_ =>
            {
                release.Wait();
                return CaptureStatus.Nothing;
            });
        });

        camera.Until(() => camera.Supervisor.Fatal is not null, "fatal");

        Assert.Equal(4, camera.Supervisor.Fatal!.ExitCode);
        Assert.Contains("station test", camera.Supervisor.Fatal.Message);
        Assert.Equal(9, opened);
        release.Set();
    }

    [Fact]
    public async Task Stop_CaptureNeverReturns_StopsWithoutIt()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var camera = new SupervisedCamera(new CameraConfig { StallSeconds = 60 }, () => new ScriptedCamera(_ =>
        {
            entered.Set();
            release.Wait();
            return CaptureStatus.Nothing;
        }));
        Assert.True(entered.Wait(10_000));

        await Task.Run(camera.Supervisor.Stop).WaitAsync(TimeSpan.FromSeconds(10));

        release.Set();
    }

    [Fact]
    public void Capture_SamePictureBitForBit_IsFrozen()
    {
        var opened = 0;
        using var camera = new SupervisedCamera(Impatient, () => ++opened > 1 ? ScriptedCamera.Sound() : new ScriptedCamera(frame =>
        {
            Thread.Sleep(10);
            return ScriptedCamera.Picture(frame, 42);
        }));

        camera.Until(() => camera.State.Error?.Contains("frozen") == true, "frozen");
        camera.Until(() => camera.State is { Up: true, Reopens: 1 }, "up again");
    }

    [Fact]
    public void Capture_DarknessBitForBit_IsNotFrozen()
    {
        var captured = 0;
        using var camera = new SupervisedCamera(Impatient, () => new ScriptedCamera(frame =>
        {
            Thread.Sleep(10);
            frame.Resize(13, 7, 1, 1).Clear();
            captured++;
            return CaptureStatus.Captured;
        }));
        camera.Until(() => camera.State.Up, "up");
        var since = camera.State.Since;

        camera.Until(() => DateTimeOffset.UtcNow - since > TimeSpan.FromSeconds(4 * Impatient.StallSeconds), "four stall times");

        Assert.Equal((true, 0), (camera.State.Up, camera.State.Reopens));
        Assert.True(captured > 1);
    }

    [Fact]
    public void Capture_UnusableAndIncompletePictures_AreCountedApartAndTold()
    {
        var n = 0;
        using var camera = new SupervisedCamera(new CameraConfig(), () => new ScriptedCamera(frame => n++ switch
        {
            0 => throw new PictureException("no good"),
            1 => CaptureStatus.Incomplete,
            < 5 => ScriptedCamera.Picture(frame, n),
            _ => Idle(),
        }, streams: false));

        camera.Until(() => camera.Count == 3, "pictures");

        Assert.Equal([(null, "no good", true), (null, "the picture arrived incomplete", true)], camera.Unusable);
        Assert.Equal((1, 1), (camera.Telemetry.FramesDropped.Value("test", "unusable"), camera.Telemetry.FramesDropped.Value("test", "incomplete")));
        Assert.Equal(3, camera.Telemetry.Frames.Value("test"));
        Assert.Equal(0, camera.State.Reopens);

        static CaptureStatus Idle()
        {
            Thread.Sleep(20);
            return CaptureStatus.Nothing;
        }
    }

    [Fact]
    public void Open_Fails_SaysWhyAndTriesAgain()
    {
        using var attached = new ManualResetEventSlim();
        using var camera = new SupervisedCamera(Impatient, () => attached.IsSet ? ScriptedCamera.Sound() : throw new DeviceException("not plugged in"));

        camera.Until(() => camera.State is { Up: false, Error: "not plugged in" }, "the error");
        attached.Set();
        camera.Until(() => camera.State is { Up: true, Error: null }, "up");

        Assert.Equal(0, camera.State.Reopens);
    }

    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(2, 0, 1)]
    [InlineData(4, 0, 4)]
    [InlineData(4, 0.5, 3.5)]
    [InlineData(7, 0, 30)]
    [InlineData(5000, 0, 30)]
    public void Pause_GrowsUpToTheLongest(int failures, double chance, double seconds) =>
        Assert.Equal(seconds, Backoff.Pause(failures, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), chance).TotalSeconds, 9);

    [Fact]
    public void Pause_AnyChance_StaysWithinItsBounds()
    {
        var random = new Random(1);
        for (var failures = 1; failures < 100; failures++)
        {
            var step = Math.Min(30, 0.5 * Math.Pow(2, failures - 1));
            Assert.InRange(Backoff.Pause(failures, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), random.NextDouble()).TotalSeconds, 0.75 * step, step);
        }
        Assert.NotEqual(Backoff.Pause(3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), 0.2), Backoff.Pause(3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), 0.7));
    }
}
