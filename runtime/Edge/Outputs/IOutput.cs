using Edge.Service;

namespace Edge.Outputs;

/// <summary>
/// Where results go. Each output has its own bounded buffer and its own thread or task, so that a slow one holds up neither the line nor
/// another output. What it cannot keep it counts (<see cref="Service.Telemetry.OutputDropped"/>) and shows in <see cref="Fault"/>.
/// </summary>
internal interface IOutput : IAsyncDisposable
{
    /// <summary>Its name in metrics and logs.</summary>
    string Name { get; }

    /// <summary>What keeps it from delivering now, in words; null when nothing does.</summary>
    string? Fault { get; }

    /// <summary>Results it holds that have not been delivered yet.</summary>
    int Pending { get; }

    /// <summary>Begins work; the line is made whole, but not ready yet.</summary>
    /// <exception cref="Runtime.EdgeException">What it writes to cannot be had and will not come by itself: a chip, a folder.</exception>
    void Start(Line line);

    /// <summary>Takes a result. Never waits, never throws; called from many threads.</summary>
    void Publish(PartResult result);

    /// <summary>Called when the box becomes ready or ceases to be, and when what a station runs changes. Never waits, never throws.</summary>
    void StateChanged(LineState state);

    /// <summary>Waits until all that was published has been delivered, or time is up.</summary>
    Task Flush(CancellationToken deadline);
}
