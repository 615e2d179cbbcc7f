using System.ComponentModel;

namespace Edge.Configuration;

/// <summary>Where results go.</summary>
internal sealed record OutputsConfig
{
    [Description("One JSON object a line.")]
    public JsonLinesConfig? JsonLines { get; init; }

    [Description("An MQTT broker.")]
    public MqttConfig? Mqtt { get; init; }

    [Description("A Modbus TCP server for the PLC.")]
    public ModbusConfig? Modbus { get; init; }

    [Description("HTTP addresses that get each result.")]
    public List<WebhookConfig> Webhooks { get; init; } = [];

    [Description("Output lines.")]
    public List<GpioConfig> Gpio { get; init; } = [];
}
