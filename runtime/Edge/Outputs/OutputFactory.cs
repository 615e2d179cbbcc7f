using Edge.Configuration;

namespace Edge.Outputs;

/// <summary>Makes the outputs a configuration asks for.</summary>
internal static class OutputFactory
{
    /// <exception cref="Runtime.EdgeException">An output cannot be used: a library is missing, a secret cannot be read.</exception>
    public static IReadOnlyList<IOutput> Create(OutputsConfig config, OutputContext context)
    {
        List<IOutput> outputs = [];
        if (config.JsonLines is { } lines)
            outputs.Add(new JsonLinesOutput(lines, context));
        if (config.Mqtt is { } mqtt)
            outputs.Add(new MqttOutput(mqtt, context));
        if (config.Modbus is { } modbus)
            outputs.Add(new ModbusOutput(modbus, context));
        foreach (var webhook in config.Webhooks)
            outputs.Add(new WebhookOutput(webhook, context));
        foreach (var gpio in config.Gpio)
            outputs.Add(new GpioOutput(gpio, context));
        return outputs;
    }
}
