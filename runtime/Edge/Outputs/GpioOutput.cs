using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// Results on an output line: a pulse a result, which a further result prolongs, or a level while the box is ready. Set on the station's own
/// thread, so nothing waits before it. Not run on a chip yet: the pulses are tested with a line in memory, libgpiod with a chip that is missing.
/// </summary>
internal sealed class GpioOutput : IOutput
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly GpioConfig config;
    private readonly OutputContext context;
    private readonly Func<IGpioLine> open;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly TimeSpan pulse;
    private readonly ITimer timer;
    private IGpioLine? line;
    private bool on;
    private long lit;
    private volatile string? fault;

    /// <param name="config">The line and what it shows.</param>
    /// <param name="name">See <see cref="IOutput.Name"/>.</param>
    /// <param name="context">What every output is given.</param>
    /// <param name="open">Opens the line; null for libgpiod.</param>
    public GpioOutput(GpioConfig config, string name, OutputContext context, Func<IGpioLine>? open = null)
    {
        (this.config, Name, this.context, this.open) = (config, name, context, open ?? (() => new GpioLine(config)));
        log = context.Log.CreateLogger($"output.{name}");
        pulse = TimeSpan.FromMilliseconds(config.PulseMs);
        timer = context.Time.CreateTimer(_ => EndPulse(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        context.Telemetry.OutputDelivered.Add(0, name);
        context.Telemetry.OutputDropped.Add(0, name);
    }

    public string Name { get; }

    public string? Fault => fault;

    public int Pending => 0;

    /// <exception cref="DeviceException">The line cannot be had.</exception>
    public void Start(Line line) => this.line = open();

    public void Publish(InspectionResult result)
    {
        var shown = config.Signal switch { GpioSignal.Ng => ResultVerdict.Ng, GpioSignal.Ok => ResultVerdict.Ok, _ => (ResultVerdict?)null };
        if (shown != result.Verdict || (config.Station is { } station && station != result.Station))
            return;
        lock (gate)
        {
            var set = Set(true);
            (set ? context.Telemetry.OutputDelivered : context.Telemetry.OutputDropped).Add(1, Name);
            lit = context.Time.GetTimestamp();
            timer.Change(pulse, Timeout.InfiniteTimeSpan);
        }
    }

    public void StateChanged(LineState state)
    {
        if (config.Signal != GpioSignal.Ready)
            return;
        lock (gate)
            if (on != state.Ready || fault is not null)
                Set(state.Ready);
    }

    /// <summary>Waits for the end of the last pulse: one that was cut short may not be seen.</summary>
    public async Task Flush(CancellationToken deadline)
    {
        while (config.Signal != GpioSignal.Ready && on && !deadline.IsCancellationRequested)
            await Task.Delay(Look, context.Time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        lock (gate)
        {
            if (line is not null && on)
                Set(false);
            line?.Dispose();
            line = null;
        }
    }

    private void EndPulse()
    {
        lock (gate)
        {
            var left = pulse - context.Time.GetElapsedTime(lit);
            // A result that came in this very moment has prolonged it, or the line would not go off.
            if (left > TimeSpan.Zero || !Set(false))
                timer.Change(left > TimeSpan.Zero ? left : pulse, Timeout.InfiniteTimeSpan);
        }
    }

    private bool Set(bool value)
    {
        if (line is null)
            return false;
        try
        {
            line.Set(value);
            (on, fault) = (value, null);
            return true;
        }
        catch (DeviceException e)
        {
            if (fault is null)
                log.LogError("{Output}: {Fault}", Name, e.Message);
            fault = e.Message;
            return false;
        }
    }
}
