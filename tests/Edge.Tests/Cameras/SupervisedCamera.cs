using System.Diagnostics;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Cameras;

/// <summary>A camera under its supervisor, and everything that came of it.</summary>
internal sealed class SupervisedCamera : IDisposable
{
    private readonly Stack<CapturedFrame> spare = new();
    private readonly List<Picture> pictures = [];
    private readonly List<(string? PartId, string Fault, bool EachCounts)> unusable = [];

    public SupervisedCamera(CameraConfig config, Func<ICamera>? open = null)
    {
        Supervisor = new CameraSupervisor("test", config, Deliver, (id, fault, each) =>
        {
            lock (unusable)
                unusable.Add((id, fault, each));
        }, Rent, GiveBack, Telemetry, TimeProvider.System, NullLogger.Instance, open);
        Supervisor.Start();
    }

    public CameraSupervisor Supervisor { get; }

    public Telemetry Telemetry { get; } = new();

    public CameraState State => Supervisor.State;

    /// <summary>What happens to a picture besides being remembered.</summary>
    public Action<CapturedFrame>? Inspect { get; set; }

    public Picture[] Pictures
    {
        get
        {
            lock (pictures)
                return [.. pictures];
        }
    }

    public (string? PartId, string Fault, bool EachCounts)[] Unusable
    {
        get
        {
            lock (unusable)
                return [.. unusable];
        }
    }

    public int Count => Pictures.Length;

    /// <summary>Waits until something is so.</summary>
    /// <returns>Seconds it took.</returns>
    public double Until(Func<bool> condition, string what, double seconds = 20)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"{what}: not within {seconds} s; state {State}, {Count} pictures");
            Thread.Sleep(5);
        }
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Waits for so many pictures more than there are.</summary>
    public double UntilMore(int more, string what, double seconds = 20)
    {
        var before = Count;
        return Until(() => Count >= before + more, what, seconds);
    }

    public void Dispose() => Supervisor.Dispose();

    private CapturedFrame Rent()
    {
        lock (spare)
            return spare.TryPop(out var frame) ? frame : new CapturedFrame();
    }

    private void GiveBack(CapturedFrame frame)
    {
        lock (spare)
            spare.Push(frame);
    }

    private void Deliver(CapturedFrame frame, bool waits)
    {
        lock (pictures)
            pictures.Add(new Picture(frame.PartId, frame.Width, frame.Height, frame.Channels, frame.BytesPerChannel, frame.Timestamp, frame.Pixels.ToArray()));
        Inspect?.Invoke(frame);
        frame.Completed?.Invoke();
        frame.Reset();
        lock (spare)
            spare.Push(frame);
    }

    /// <summary>A copy of what was delivered.</summary>
    internal sealed record Picture(string? PartId, int Width, int Height, int Channels, int BytesPerChannel, long Timestamp, byte[] Pixels);
}
