using Edge.Configuration;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Cameras;

/// <summary>Keeps a camera open: watches for stalls, opens it again with backoff and jitter, and never lets a hanging driver hold up the rest.</summary>
internal sealed class CameraSupervisor(
    string station, CameraConfig config, Action<CapturedFrame, bool> deliver, Func<CapturedFrame> rent, Action<CapturedFrame> giveBack, Telemetry telemetry, TimeProvider time, ILogger log) : IDisposable
{
    public CameraState State => throw new NotImplementedException();
    public void Start() => _ = (station, config, deliver, rent, giveBack, telemetry, time, log);
    public void Stop() { }
    public void Trigger() { }
    public void Dispose() { }
}
