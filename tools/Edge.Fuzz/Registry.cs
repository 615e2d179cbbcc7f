using Edge.Fuzz.Targets;

namespace Edge.Fuzz;

/// <summary>What can be fuzzed; a new target is a line here.</summary>
internal static class Registry
{
    public static IReadOnlyDictionary<string, Func<IFuzzTarget>> Targets { get; } = new Dictionary<string, Func<IFuzzTarget>>
    {
        ["bundle"] = () => new BundleTarget(mutateProfile: false),
        ["profile"] = () => new BundleTarget(mutateProfile: true),
        ["config"] = () => new ConfigTarget(),
        ["picture"] = () => new PictureTarget(),
        ["mqtt-trigger"] = () => new MqttTriggerTarget(),
        ["inference"] = () => new InferenceTarget(),
        ["modbus"] = () => new ModbusTarget(),
    };
}
