using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Cameras;

public sealed class V4l2SettingsTests
{
    private static readonly V4l2Config All = new() { Device = "/dev/video0", ExposureUs = 5000, Gain = 20, WhiteBalanceK = 4600, Focus = 30 };

    [Fact]
    public void Apply_All_SwitchesAutomaticsOffFirst()
    {
        var device = Device();
        Assert.Empty(Apply(All, device));

        Assert.Equal([
            (V4l2Settings.AutoExposure, 1), (V4l2Settings.Exposure, 50), (V4l2Settings.AutoGain, 0), (V4l2Settings.Gain, 20),
            (V4l2Settings.AutoWhiteBalance, 0), (V4l2Settings.WhiteBalance, 4600), (V4l2Settings.AutoFocus, 0), (V4l2Settings.Focus, 30)], device.Sets);
    }

    [Fact]
    public void Apply_NothingConfigured_TouchesNothing()
    {
        var device = Device();
        Assert.Empty(Apply(new V4l2Config { Device = "/dev/video0" }, device));
        Assert.Empty(device.Sets);
    }

    [Fact]
    public void Apply_NoAutomatic_SetsTheValue()
    {
        var device = Device();
        device.Controls.Remove(V4l2Settings.AutoGain);
        Assert.Empty(Apply(new V4l2Config { Device = "/dev/video0", Gain = 7 }, device));
        Assert.Equal([(V4l2Settings.Gain, 7)], device.Sets);
    }

    [Fact]
    public void Apply_RoundedValue_IsSaidInOneLine()
    {
        var device = Device();
        device.Round = value => value / 8 * 8;
        Assert.Equal(["/dev/video0: camera.v4l2.gain is 16, not 20 as configured: the device rounds"], Apply(new V4l2Config { Device = "/dev/video0", Gain = 20 }, device));
        Assert.Equal(["/dev/video0: camera.v4l2.exposure_us is 5100, not 5130 as configured: the device rounds"],
            Apply(new V4l2Config { Device = "/dev/video0", ExposureUs = 5130 }, Device()));
    }

    [Theory]
    [InlineData(V4l2Settings.Exposure, "exposure_us 5000")]
    [InlineData(V4l2Settings.Gain, "gain 20")]
    [InlineData(V4l2Settings.WhiteBalance, "white_balance_k 4600")]
    [InlineData(V4l2Settings.Focus, "focus 30")]
    public void Apply_NoSuchControlOrRefused_NamesTheField(uint id, string field)
    {
        var without = Device();
        without.Controls.Remove(id);
        Assert.Equal($"/dev/video0: camera.v4l2.{field}: the device has no such control; remove it.", Assert.Throws<DeviceException>(() => Apply(All, without)).Message);
        var refusing = Device();
        refusing.Refused = id;
        Assert.Equal($"/dev/video0: camera.v4l2.{field}: the device refuses it: Device or resource busy.", Assert.Throws<DeviceException>(() => Apply(All, refusing)).Message);
    }

    [Fact]
    public void Apply_OutOfRangeOrAutomaticThatStays_NamesWhatIsPossible()
    {
        var device = Device();
        Assert.Equal("/dev/video0: camera.v4l2.exposure_us 700000: the device takes 100 to 500000.",
            Assert.Throws<DeviceException>(() => Apply(new V4l2Config { Device = "/dev/video0", ExposureUs = 700_000 }, device)).Message);
        device.Refused = V4l2Settings.AutoFocus;
        Assert.Equal("/dev/video0: camera.v4l2.focus 30: its automatic cannot be switched off: Device or resource busy.",
            Assert.Throws<DeviceException>(() => Apply(new V4l2Config { Device = "/dev/video0", Focus = 30 }, device)).Message);
    }

    [Fact]
    public void Device_NoCamera_HasNoControls()
    {
        // Any device file that is no camera: the kernel knows none of these calls there.
        using var device = new V4l2Device("/dev/null");
        Assert.Null(device.Query(V4l2Settings.Gain));
        Assert.NotNull(device.Set(V4l2Settings.Gain, 1));
        Assert.Null(device.Get(V4l2Settings.Gain));
        Assert.Contains("/dev/video99", Assert.Throws<DeviceException>(() => new V4l2Device("/dev/video99")).Message);
    }

    private static FakeControls Device() => new()
    {
        Controls =
        {
            [V4l2Settings.AutoExposure] = new V4l2Control(0, 3), [V4l2Settings.Exposure] = new V4l2Control(1, 5000), [V4l2Settings.AutoGain] = new V4l2Control(0, 1),
            [V4l2Settings.Gain] = new V4l2Control(0, 255), [V4l2Settings.AutoWhiteBalance] = new V4l2Control(0, 1), [V4l2Settings.WhiteBalance] = new V4l2Control(2800, 6500),
            [V4l2Settings.AutoFocus] = new V4l2Control(0, 1), [V4l2Settings.Focus] = new V4l2Control(0, 250),
        },
    };

    private static IReadOnlyList<string> Apply(V4l2Config config, FakeControls device)
    {
        var log = new Lines();
        V4l2Settings.Apply(config, device, log);
        return log;
    }

    private sealed class FakeControls : IV4l2Controls
    {
        private readonly Dictionary<uint, int> values = [];

        public Dictionary<uint, V4l2Control> Controls { get; } = [];

        public List<(uint Id, int Value)> Sets { get; } = [];

        public uint? Refused { get; set; }

        public Func<int, int> Round { get; set; } = static value => value;

        public V4l2Control? Query(uint id) => Controls.TryGetValue(id, out var control) ? control : null;

        public string? Set(uint id, int value)
        {
            if (id == Refused)
                return "Device or resource busy";
            Sets.Add((id, value));
            values[id] = Round(value);
            return null;
        }

        public int? Get(uint id) => values.TryGetValue(id, out var value) ? value : null;

        public void Dispose()
        {
        }
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
