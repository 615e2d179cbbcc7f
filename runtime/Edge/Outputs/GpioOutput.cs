using System.Device.Gpio;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// Results on an output line: a pulse a result, which a further result prolongs, or a level while the box is ready. Set on the station's own
/// thread, so nothing waits before it. What the line shows after the process was killed is up to the chip's driver. libgpiod 1 does not report a
/// line that cannot be set; libgpiod 2 makes an output low for some microseconds before it shows off, which is on where on means low.
/// Not run on a chip yet: the pulses are tested with a chip in memory, libgpiod with a chip that is missing.
/// </summary>
internal sealed class GpioOutput : IOutput
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly GpioConfig config;
    private readonly OutputContext context;
    private readonly Func<string, GpioDriver> open;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly TimeSpan pulse;
    private readonly ITimer timer;
    private GpioController? chip;
    private bool on;
    private long lit;
    private volatile string? fault;

    /// <param name="config">The line and what it shows.</param>
    /// <param name="name">See <see cref="IOutput.Name"/>.</param>
    /// <param name="context">What every output is given.</param>
    /// <param name="open">Opens the chip; null for libgpiod.</param>
    public GpioOutput(GpioConfig config, string name, OutputContext context, Func<string, GpioDriver>? open = null)
    {
        (this.config, Name, this.context, this.open) = (config, name, context, open ?? GpioChip.Open);
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
    public void Start(Line line)
    {
        try
        {
            chip = new GpioController(open(config.Chip));
            chip.OpenPin(config.Line, PinMode.Output, Level(false));
        }
        catch (Exception e)
        {
            chip?.Dispose();
            chip = null;
            throw Failed("cannot be opened", e);
        }
    }

    public void Publish(PartResult result)
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
            if (on)
                Set(false);
            chip?.Dispose();
            chip = null;
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
        if (chip is null)
            return false;
        try
        {
            chip.Write(config.Line, Level(value));
            (on, fault) = (value, null);
            return true;
        }
        catch (Exception e)
        {
            var now = Failed("cannot be set", e).Message;
            if (fault is null)
                log.LogError("{Output}: {Fault}", Name, now);
            fault = now;
            return false;
        }
    }

    private PinValue Level(bool on) => on != config.ActiveLow ? PinValue.High : PinValue.Low;

    private DeviceException Failed(string what, Exception e)
    {
        var hint = e is DeviceException ? "" : "; `gpioinfo` lists the lines and who uses them, and the user must be in the group of the chip's file under /dev";
        return new($"GPIO {config.Chip} line {config.Line}: {what}: {e.GetBaseException().Message.TrimEnd('.')}{hint}.", e);
    }
}
