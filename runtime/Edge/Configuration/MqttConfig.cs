using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>Results, state and triggers by MQTT.</summary>
internal sealed record MqttConfig
{
    [Description("The broker."), Required]
    public string Host { get; init; } = "";

    [Description("Its port: 1883, or 8883 with TLS."), Range(1, 65_535)]
    public int Port { get; init; } = 1883;

    [Description("First part of every topic.")]
    public string Topic { get; init; } = "edge";

    [Description("Client id; default: edge- and the box's name.")]
    public string? ClientId { get; init; }

    [Description("User name.")]
    public string? User { get; init; }

    [Description("File that holds the password and nothing else."), FilePath]
    public string? PasswordFile { get; init; }

    [Description("TLS; none without it.")]
    public MqttTlsConfig? Tls { get; init; }

    [Description("Results kept while the broker is away; then the oldest are dropped, and counted."), Range(1, 1_000_000)]
    public int Buffer { get; init; } = 10_000;

    [Description("Seconds between signs of life."), Range(5, 3600)]
    public int KeepaliveSeconds { get; init; } = 10;
}
