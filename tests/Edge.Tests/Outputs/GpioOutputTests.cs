using System.Device.Gpio;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Outputs;

public sealed class GpioOutputTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Telemetry telemetry = new();
    private readonly MemoryChip line = new();

    [Fact]
    public async Task Publish_Ng_IsAPulseOfItsLength()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });

        output.Publish(TestOutputs.Result(1, ResultVerdict.Ok));
        Assert.False(line.On);
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng));
        Assert.True(line.On);
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.True(line.On);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(line.On);
        Assert.Equal(1, telemetry.OutputDelivered.Value("gpio"));
    }

    [Fact]
    public async Task Publish_WhileAPulseRuns_ProlongsIt()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ok, PulseMs = 100 });

        output.Publish(TestOutputs.Result(1));
        time.Advance(TimeSpan.FromMilliseconds(60));
        output.Publish(TestOutputs.Result(2));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.True(line.On);
        time.Advance(TimeSpan.FromMilliseconds(1));
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
        time.Advance(TimeSpan.FromMilliseconds(60_000));
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
        time.Advance(TimeSpan.FromMilliseconds(95));
        Assert.False(flush.IsCompleted);
        for (var i = 0; i < 3; i++)
            time.Advance(TimeSpan.FromMilliseconds(5));

        await flush.WaitAsync(TestOutputs.Limit);
        Assert.False(line.On);
    }

    [Fact]
    public async Task Publish_LineFails_IsAFaultAndCounted_AndEndsWithTheNextThatWorks()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });

        line.Broken = true;
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));
        Assert.Contains("cannot be set: broken", output.Fault);
        Assert.Equal((1L, 0L), (telemetry.OutputDropped.Value("gpio"), telemetry.OutputDelivered.Value("gpio")));

        line.Broken = false;
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng));
        Assert.Equal((null, 1L, 1L), (output.Fault, telemetry.OutputDropped.Value("gpio"), telemetry.OutputDelivered.Value("gpio")));
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.False(line.On);
    }

    [Fact]
    public async Task EndOfPulse_LineFails_TriesAgainUntilItIsOff()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100 });
        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));

        line.Broken = true;
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(line.On);
        line.Broken = false;
        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal((false, null), (line.On, output.Fault));
    }

    [Fact]
    public async Task Start_ActiveLow_OpensOffAndIsInverted()
    {
        await using var output = Started(new() { Signal = GpioSignal.Ng, PulseMs = 100, ActiveLow = true });
        Assert.Equal([PinValue.High], line.Levels);

        output.Publish(TestOutputs.Result(1, ResultVerdict.Ng));
        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal([PinValue.High, PinValue.Low, PinValue.High], line.Levels);
    }

    [Theory]
    [InlineData("gpiochip99", "No such file or directory")]
    [InlineData("/dev/gpiochip99", "No such file or directory")]
    [InlineData("99", "No such file or directory")]
    [InlineData("nosuchchip", "no chip has this name or label")]
    public async Task Start_ChipThatIsNotThere_NamesIt(string chip, string reason)
    {
        await using var output = new GpioOutput(new GpioConfig { Chip = chip, Line = 17 }, "gpio", TestOutputs.Context());

        var fault = Assert.Throws<DeviceException>(() => output.Start(null!));

        Assert.Contains($"GPIO {chip} line 17: ", fault.Message);
        Assert.Contains(reason, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    private GpioOutput Started(GpioConfig config)
    {
        var output = new GpioOutput(config, "gpio", TestOutputs.Context(telemetry, time), _ => line);
        output.Start(null!);
        return output;
    }

    /// <summary>A chip whose lines are remembered.</summary>
    private sealed class MemoryChip : GpioDriver
    {
        /// <summary>What the line was set to, the level it was opened with first.</summary>
        public List<PinValue> Levels { get; } = [];

        /// <summary>Whether it was on, each time after it was opened.</summary>
        public List<bool> History => [.. Levels.Skip(1).Select(level => level == PinValue.High)];

        public bool On => History.Count > 0 && History[^1];

        public bool Broken { get; set; }

        public bool Disposed { get; private set; }

        protected override int PinCount => 32;

        protected override void OpenPin(int pinNumber) { }

        protected override void ClosePin(int pinNumber) { }

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

        protected override void SetPinMode(int pinNumber, PinMode mode) { }

        protected override PinValue Read(int pinNumber) => Levels[^1];

        protected override void Write(int pinNumber, PinValue value)
        {
            if (Broken)
                throw new IOException("broken");
            Levels.Add(value);
        }

        protected override void Dispose(bool disposing) => Disposed = true;

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            throw new NotSupportedException();

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
            throw new NotSupportedException();
    }
}
