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

    [Description("Four letters of the pixel format, as MJPG; default: the camera's.")]
    public string? Fourcc { get; init; }
}
