using Edge.Runtime;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A GigE Vision or USB3 Vision camera.</summary>
internal sealed record AravisConfig
{
    [Description("Its id as `edge cameras` shows it, or its address; default: the first that answers.")]
    public string? Id { get; init; }

    [Description("off: it runs freely. software: it exposes when a part begins. Or a line, such as line1.")]
    public string Trigger { get; init; } = "off";

    [Description("Exposure, microseconds; default: the camera's."), Range(0.1, 1e9)]
    public double? ExposureUs { get; init; }

    [Description("Gain, dB or the camera's unit; default: the camera's."), Range(-100, 1e6)]
    public double? Gain { get; init; }

    [Description("Pictures a second while it runs freely; default: the camera's."), Range(0.001, 10_000)]
    public double? Fps { get; init; }

    [Description("Region of the sensor [x, y, width, height]; default: all of it.")]
    public List<int>? Region { get; init; }

    [Description("GenICam pixel format such as Mono8, BayerRG8, BGR8; default: the camera's.")]
    public string? PixelFormat { get; init; }

    [Description("Use the packet socket, faster and needing CAP_NET_RAW; it gives nothing on the loopback device.")]
    public bool PacketSocket { get; init; }
}
