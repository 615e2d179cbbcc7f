namespace Edge.Service;

/// <summary>
/// Ticks at a rate. A timer's own period is cut to whole milliseconds, which makes 62.5 Hz of 60 and nothing of 1500; so each tick is due by when
/// the first one was, and one that comes late does not move the next.
/// </summary>
internal sealed class Ticker : IDisposable
{
    /// <summary>Ticks that are later than this are left out: the machine stood still.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly double hz;
    private readonly Action tick;
    private readonly ITimer timer;
    private long begun;
    private long count;

    /// <param name="time">The clock.</param>
    /// <param name="hz">Ticks a second, above 0.</param>
    /// <param name="tick">Called at each, one call at a time.</param>
    public Ticker(TimeProvider time, double hz, Action tick)
    {
        (this.time, this.hz, this.tick) = (time, hz, tick);
        begun = time.GetTimestamp();
        timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    private void Tick()
    {
        tick();
        var wait = TimeSpan.FromSeconds(++count / hz) - time.GetElapsedTime(begun);
        if (wait < -Latest)
        {
            (begun, count) = (time.GetTimestamp(), 0);
            wait = TimeSpan.FromSeconds(1 / hz);
        }
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
