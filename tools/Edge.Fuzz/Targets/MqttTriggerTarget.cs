using Edge.Outputs;

namespace Edge.Fuzz.Targets;

/// <summary>The payload of a trigger by MQTT.</summary>
internal sealed class MqttTriggerTarget : IFuzzTarget
{
    public IReadOnlyList<byte[]> Seeds { get; } =
        [[], "A-4711"u8.ToArray(), "{\"part_id\": \"A-4711\"}"u8.ToArray(), "{\"part_id\": 4711, \"shift\": [1, {\"x\": null}]}"u8.ToArray(), "{\"part_id\": \"\\u00e9\\ud83d\\ude00\"}"u8.ToArray()];

    public bool IsText => true;

    public bool Try(byte[] input) => TriggerPayload.Read(input, out var partId) is null
        ? partId is null or { Length: > 0 } ? true : throw new InvalidOperationException("an empty part id")
        : false;

    public void Dispose()
    {
    }
}
