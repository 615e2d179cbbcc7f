using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A GStreamer pipeline.</summary>
internal sealed record GStreamerConfig
{
    [Description("The pipeline, as for gst-launch-1.0. It ends in an appsink that is given BGR, GRAY8 or GRAY16_LE; without one, videoconvert ! appsink is added."), Required]
    public string Pipeline { get; init; } = "";
}
