using Edge.Cameras;

namespace Edge.Tests.Cameras;

/// <summary>A camera that does what the test says.</summary>
internal sealed class ScriptedCamera(Func<CapturedFrame, CaptureStatus> capture, bool streams = true) : ICamera
{
    public bool Waits => false;

    public bool Streams => streams;

    public bool IsDisposed { get; private set; }

    public int Triggers { get; private set; }

    /// <summary>Gives a picture unlike the last one every 10 ms.</summary>
    public static ScriptedCamera Sound()
    {
        var n = 0;
        return new ScriptedCamera(frame =>
        {
            Thread.Sleep(10);
            return Picture(frame, n++);
        });
    }

    /// <summary>A picture with a gradient that begins at a value.</summary>
    public static CaptureStatus Picture(CapturedFrame frame, int start)
    {
        var pixels = frame.Resize(13, 7, 1, 1);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(start + i);
        return CaptureStatus.Captured;
    }

    public CaptureStatus Capture(CapturedFrame frame, TimeSpan patience) => capture(frame);

    public void Trigger() => Triggers++;

    public void Dispose() => IsDisposed = true;
}
