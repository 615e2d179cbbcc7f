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

        await using var line = Create(config, logs);
        line.Start();
        await using var web = config.Web.Port == 0 ? null : await WebServer.Start(line, line.Live, config.Web, logs);
        systemd.Ready(Status(line.Observe()));
        log.LogInformation("Running: {Stations}", string.Join(", ", line.Stations.Select(station => station.Name)));

        Task? reload = null;
        var changes = new ChangeWatch(configPath);
        using var timer = new PeriodicTimer(systemd.WatchdogInterval < Heartbeat ? systemd.WatchdogInterval.Value : Heartbeat);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (config.Watch && reload is null && changes.HasChanged(line.Config))
                    reloads.Writer.TryWrite(true);
                // Beside the heartbeat: proving a new bundle may take longer than the watchdog bears, and the line goes on meanwhile.
                if (reload is null && reloads.Reader.TryRead(out _))
                {
                    systemd.Reloading();
                    reload = Task.Run(line.Reload, CancellationToken.None);
                }
                var state = line.Observe();
                if (reload is { IsCompleted: true })
                {
                    await reload;
                    reload = null;
                    systemd.Ready(Status(state));
                }
                else
                    systemd.Status(Status(state));
                if (line.Stations.All(station => station.Silence < LongestSilence))
                    systemd.FeedWatchdog();
                if (line.Stations.Select(station => station.Camera?.Fatal).FirstOrDefault(fatal => fatal is not null) is { } fatal)
                    throw fatal;
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
        await (reload ?? Task.CompletedTask);
    }

    private Line Create(EdgeConfig config, ILoggerFactory logs)
    {
        using var patience = systemd.AskForTime();
        return Line.Create(configPath, config, logs);
    }

    private static string Status(LineState state)
    {
        var answers = state.Stations.Sum(station => station.Results.Values.Sum());
        var good = state.Stations.Sum(station => station.Results["good"]);
        return (state.Ready ? "Ready" : $"Not ready: {string.Join("; ", state.Reasons)}") + $". {answers} parts, {answers - good} NG"
            + (state.Warnings.Count > 0 ? $". {string.Join("; ", state.Warnings)}" : "");
    }
}
