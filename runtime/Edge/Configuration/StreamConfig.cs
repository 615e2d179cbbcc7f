using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A stream by RTSP, or MJPEG by HTTP.</summary>
internal sealed record StreamConfig
{
    [Description("rtsp://, rtsps://, or http:// and https:// for MJPEG; without a password."), Required]
    public string Url { get; init; } = "";

    [Description("User name.")]
    public string? User { get; init; }

    [Description("File that holds the password and nothing else."), FilePath]
    public string? PasswordFile { get; init; }

    [Description("rtsps and https: certificates that the camera's is checked against, PEM; default: the system's."), FilePath]
    public string? Ca { get; init; }

    [Description("rtsps and https: false takes any certificate, and with it whoever answers.")]
    public bool Verify { get; init; } = true;
}
