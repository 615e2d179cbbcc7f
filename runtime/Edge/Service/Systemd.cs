using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Edge.Service;

/// <summary>
/// Speaks to systemd by its notification socket, sd_notify(3); does nothing where there is none. Microsoft.Extensions.Hosting.Systemd knows neither
/// the watchdog nor reloading nor more time to start, and throws when the socket has gone.
/// </summary>
internal sealed class Systemd
{
    /// <summary>Longer than the longest start of a sound box, so that one that hangs is still noticed.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ExtensionStep = TimeSpan.FromSeconds(5);

    private readonly UnixDomainSocketEndPoint? place;

    public Systemd()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    /// <param name="environment">Gives NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.</param>
    public Systemd(Func<string, string?> environment)
    {
        if (environment("NOTIFY_SOCKET") is { Length: > 1 } path && path[0] is '/' or '@')
            // A name that begins with @ is no file; Linux spells it with a zero there.
            place = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        var meant = environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (meant && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
            WatchdogInterval = TimeSpan.FromMicroseconds(microseconds) / 2;
    }

    /// <summary>How often the watchdog wants to be fed, half of what it bears; null where none is set.</summary>
    public TimeSpan? WatchdogInterval { get; }

    public void Ready(string status) => Send($"READY=1\nSTATUS={status.ReplaceLineEndings(" ")}");

    /// <summary>Says when, too, by CLOCK_MONOTONIC, which is what the stopwatch reads on Linux.</summary>
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}");

    public void Status(string status) => Send($"STATUS={status.ReplaceLineEndings(" ")}");

    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    public void FeedWatchdog()
    {
        if (WatchdogInterval is not null)
            Send("WATCHDOG=1");
    }

    /// <summary>Asks for more time to start until disposed of: a slow box may need minutes to prove its bundles.</summary>
    public IDisposable AskForTime()
    {
        var begun = Environment.TickCount64;
        return new Timer(_ =>
        {
            if (Environment.TickCount64 - begun < LongestPatience.TotalMilliseconds)
                Send($"EXTEND_TIMEOUT_USEC={(long)(4 * ExtensionStep).TotalMicroseconds}");
        }, null, TimeSpan.Zero, ExtensionStep);
    }

    private void Send(string message)
    {
        if (place is null)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(message), place);
        }
        catch (SocketException)
        {
            // Whoever listened is gone; there is nobody else to tell, and parts are still to be inspected.
        }
    }
}
