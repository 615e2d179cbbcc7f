using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>The HTTP side.</summary>
internal sealed record WebConfig
{
    [Description("Address to listen on; any but the loopback device's needs token_file.")]
    public string Listen { get; init; } = "127.0.0.1";

    [Description("Port; 0 serves no HTTP."), Range(0, 65_535)]
    public int Port { get; init; } = 8080;

    [Description("File that holds the token that changes need, as Authorization: Bearer; without one, nothing can be changed by HTTP."), FilePath]
    public string? TokenFile { get; init; }

    [Description("TLS; none without it.")]
    public WebTlsConfig? Tls { get; init; }

    [Description("Largest request, megabytes."), Range(1, 1024)]
    public int MaxRequestMb { get; init; } = 64;
}
