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
        foreach (var (webhook, name) in config.Webhooks.Zip(Names("webhook", [.. config.Webhooks.Select(webhook => new Uri(webhook.Url).Host)])))
            outputs.Add(new WebhookOutput(webhook, name, context));
        foreach (var (gpio, name) in config.Gpio.Zip(Names("gpio", [.. config.Gpio.Select(gpio => $"{gpio.Chip}/{gpio.Line}")])))
            outputs.Add(new GpioOutput(gpio, name, context));
        return outputs;
    }

    /// <summary>Names for several outputs of a kind, no two alike: the kind alone for a single one, with its place for several, with a number where the place is the same.</summary>
    private static IEnumerable<string> Names(string kind, IReadOnlyList<string> places) => places.Select((place, i) =>
        places.Count == 1 ? kind : places.Take(i).Count(other => other == place) is > 0 and var earlier ? $"{kind}:{place}:{earlier + 1}" : $"{kind}:{place}");
}
