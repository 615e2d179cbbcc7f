using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>TLS towards a broker.</summary>
internal sealed record MqttTlsConfig
{
    [Description("Certificates the broker's is checked against, PEM."), Required, FilePath]
    public string Ca { get; init; } = "";

    [Description("This box's certificate, PEM."), FilePath]
    public string? Certificate { get; init; }

    [Description("Its key, PEM."), FilePath]
    public string? Key { get; init; }
}
