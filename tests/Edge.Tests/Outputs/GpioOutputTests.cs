using Edge.Configuration;
using Edge.Outputs;
using Edge.Runtime;
using Edge.Service;

namespace Edge.Tests.Outputs;

public sealed class GpioOutputTests
{
    private readonly ManualTime time = new();
    private readonly Telemetry telemetry = new();
    private readonly MemoryLine line = new();

    [Fact]
    public async Task Publish_Ng_IsAPulseOfItsLength()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });

        output.Publish(TestOutputs.Result(1, ResultVerdict.Ok));
        Assert.False(line.On);
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng));
        Assert.True(line.On);
        time.Advance(99);
        Assert.True(line.On);
        time.Advance(1);
        Assert.False(line.On);
        Assert.Equal(1, telemetry.OutputDelivered.Value("gpio"));
    }

    [Fact]
    public async Task Publish_WhileAPulseRuns_ProlongsIt()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ok, PulseMs = 100 });

        output.Publish(TestOutputs.Result(1));
        time.Advance(60);
        output.Publish(TestOutputs.Result(2));
        time.Advance(99);
        Assert.True(line.On);
        time.Advance(1);
        Assert.False(line.On);
        Assert.Equal([true, true, false], line.History);
    }

    [Fact]
    public async Task Publish_OtherStation_ShowsNothing()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, Station = "left" });

        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng, "right"));
        Assert.Empty(line.History);
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng, "left"));
        Assert.True(line.On);
    }

    [Fact]
    public async Task StateChanged_Ready_IsALevel()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ready });

        output.StateChanged(TestOutputs.State(ready: true));
        output.StateChanged(TestOutputs.State(ready: true));
        time.Advance(60_000);
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));
        Assert.Equal([true], line.History);
        output.StateChanged(TestOutputs.State(ready: false));
        Assert.Equal([true, false], line.History);
    }

    [Fact]
    public async Task Dispose_PulseRuns_LineGoesOffAndIsGivenBack()
    {
        var output = Started(new() { Signal = GpioSignal.Ng });
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));

        await output.DisposeAsync();

        Assert.Equal((false, true), (line.On, line.Disposed));
    }

    [Fact]
    public async Task Flush_PulseRuns_WaitsForItsEnd()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));

        var flush = output.Flush(CancellationToken.None);
        time.Advance(95);
        Assert.False(flush.IsCompleted);
        for (var i = 0; i < 3; i++)
            time.Advance(5);

        await flush.WaitAsync(TestOutputs.Limit);
        Assert.False(line.On);
    }

    [Fact]
    public async Task Publish_LineFails_IsAFaultAndCounted_AndEndsWithTheNextThatWorks()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });

        line.Broken = true;
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));
        Assert.Equal(("broken", 1L, 0L), (output.Fault, telemetry.OutputDropped.Value("gpio"), telemetry.OutputDelivered.Value("gpio")));

        line.Broken = false;
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng));
        Assert.Equal((null, 1L, 1L), (output.Fault, telemetry.OutputDropped.Value("gpio"), telemetry.OutputDelivered.Value("gpio")));
        time.Advance(100);
        Assert.False(line.On);
    }

    [Fact]
    public async Task EndOfPulse_LineFails_TriesAgainUntilItIsOff()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));

        line.Broken = true;
        time.Advance(250);
        Assert.True(line.On);
        line.Broken = false;
        time.Advance(100);

        Assert.Equal((false, null), (line.On, output.Fault));
    }

    [Fact]
    public async Task Start_ChipThatIsNotThere_NamesIt()
    {
        await using var output = new GpioOutput(new GpioConfig { Chip = "nosuchchip", Line = 17 }, "gpio", TestOutputs.Context());

        var fault = Assert.Throws<DeviceException>(() => output.Start(null!));

        Assert.Contains("nosuchchip line 17", fault.Message);
        Assert.Contains("No such file or directory", fault.Message);
    }

    private GpioOutput Started(GpioConfig config)
    {
        var output = new GpioOutput(config, "gpio", TestOutputs.Context(telemetry, time), () => line);
        output.Start(null!);
        return output;
    }

    private sealed class MemoryLine : IGpioLine
    {
        public List<bool> History { get; } = [];

        public bool On => History.Count > 0 && History[^1];

        public bool Broken { get; set; }

        public bool Disposed { get; private set; }

        public void Set(bool on)
        {
            if (Broken)
                throw new DeviceException("broken");
            History.Add(on);
        }

        public void Dispose() => Disposed = true;
    }
}
