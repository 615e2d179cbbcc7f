using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>What all stations of a line share.</summary>
/// <param name="Cores">As many inspections at once as the core plan allows.</param>
/// <param name="NextId">Gives inspections their numbers.</param>
/// <param name="Publish">Hands a result to every output; never waits.</param>
/// <param name="Sinks">Who wants pictures of results.</param>
/// <param name="Telemetry">The metrics.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
internal sealed record StationServices(
    SemaphoreSlim Cores, Func<long> NextId, Action<PartResult> Publish, IReadOnlyList<ISnapshotSink> Sinks, Telemetry Telemetry, TimeProvider Time, ILoggerFactory Log);
