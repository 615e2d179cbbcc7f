using System.Runtime.InteropServices;
using System.Threading.Channels;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Web;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Runs a line as a process: signals, systemd, the HTTP side and the heartbeat.</summary>
internal sealed class LineService(string configPath)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>A station whose thread has shown no life for so long hangs, whatever it does.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly Systemd systemd = new();

    /// <summary>Runs until told to stop or until there is nothing left to do.</summary>
    /// <exception cref="EdgeException">It cannot start, or cannot go on.</exception>
    public async Task Run(CancellationToken stop)
    {
        var config = ConfigFile.Load(configPath);
        using var logs = ServiceLog.Create();
        var log = logs.CreateLogger("edge");
        var reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reloads.Writer.TryWrite(true);
        });

        await using var line = Line.Create(configPath, config, logs);
        line.Start();
        await using var web = config.Web.Port == 0 ? null : await WebServer.Start(line, line.Live, config.Web, logs);
        systemd.Ready(Status(line.Observe()));
        log.LogInformation("Running: {Stations}", string.Join(", ", line.Stations.Select(station => station.Name)));

        var changes = new ChangeWatch(configPath);
        using var timer = new PeriodicTimer(Heartbeat);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (config.Watch && changes.HasChanged(line.Config))
                    reloads.Writer.TryWrite(true);
                if (reloads.Reader.TryRead(out _))
                {
                    systemd.Reloading();
                    line.Reload();
                    systemd.Ready(Status(line.Observe()));
                }
                var state = line.Observe();
                systemd.Status(Status(state));
                if (line.Stations.MaxBy(station => station.Silence) is { } slowest && slowest.Silence < LongestSilence)
                    systemd.FeedWatchdog();
                if (line.Stations.All(station => station.Camera?.State is { Ended: true }) && state.Stations.All(station => station.Waiting == 0))
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        systemd.Stopping();
        log.LogInformation("Stopping");
        await line.Stop();
    }

    private static string Status(LineState state)
    {
        var answers = state.Stations.Sum(station => station.Results.Values.Sum());
        var good = state.Stations.Sum(station => station.Results["good"]);
        return (state.Ready ? "Ready" : $"Not ready: {string.Join("; ", state.Reasons)}") + $". {answers} parts, {answers - good} NG"
            + (state.Warnings.Count > 0 ? $". {string.Join("; ", state.Warnings)}" : "");
    }
}
