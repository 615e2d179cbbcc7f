using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A stream by RTSP or HTTP.</summary>
internal sealed record StreamConfig
{
    [Description("rtsp://, rtsps://, http:// or https://, without a password."), Required]
    public string Url { get; init; } = "";

    [Description("User name.")]
    public string? User { get; init; }

    [Description("File that holds the password and nothing else."), FilePath]
    public string? PasswordFile { get; init; }
}
