using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A GStreamer pipeline.</summary>
internal sealed record GStreamerConfig
{
    [Description("The pipeline; it ends in appsink, BGR or grey."), Required]
    public string Pipeline { get; init; } = "";
}
