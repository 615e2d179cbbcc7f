using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A camera of the kernel's.</summary>
internal sealed record V4l2Config
{
    [Description("The device file; one of /dev/v4l/by-id stays the same across boots."), Required]
    public string Device { get; init; } = "";

    [Description("Pixels in a row; default: the camera's."), Range(1, 65_500)]
    public int? Width { get; init; }

    [Description("Rows; default: the camera's."), Range(1, 65_500)]
    public int? Height { get; init; }

    [Description("Pictures a second; default: the camera's."), Range(0.001, 10_000)]
    public double? Fps { get; init; }

    [Description("Letters of the pixel format, as MJPG, YUYV or Y16; default: the camera's.")]
    public string? Fourcc { get; init; }

    [Description("Exposure, microseconds, and automatic exposure off; the device's steps are 100; default: as the device is."), Range(100, 1e8)]
    public double? ExposureUs { get; init; }

    [Description("Gain in the device's unit, and automatic gain off; default: as the device is."), Range(0, 1e6)]
    public int? Gain { get; init; }

    [Description("White balance, kelvin, and automatic white balance off; default: as the device is."), Range(1000, 20_000)]
    public int? WhiteBalanceK { get; init; }

    [Description("Focus in the device's unit, and autofocus off; default: as the device is."), Range(0, 1e6)]
    public int? Focus { get; init; }
}
