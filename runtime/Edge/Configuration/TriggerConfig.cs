using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>When a part begins and when its answer is due.</summary>
internal sealed record TriggerConfig
{
    [Description("free_run: the newest picture, always. rate: a picture every 1 / hz seconds. camera: every picture is a part. external: a part begins with a trigger by Modbus, MQTT or HTTP.")]
    public TriggerMode Mode { get; init; }

    [Description("Pictures a second, for mode rate."), Range(0.001, 10_000)]
    public double? Hz { get; init; }

    [Description("Milliseconds from trigger (external) or picture (camera) to the answer; later is NG. 0 waits for ever."), Range(0, 3_600_000)]
    public int DeadlineMs { get; init; } = 1000;

    [Description("Parts that may wait; one more is NG at once."), Range(1, 1000)]
    public int Queue { get; init; } = 4;
}
