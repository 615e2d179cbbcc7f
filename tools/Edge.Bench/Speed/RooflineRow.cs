using System.Text.Json.Serialization;

namespace Edge.Bench.Speed;

/// <summary>What <c>roofline</c> says of one operator type; the row named "total" is the whole network.</summary>
internal sealed record RooflineRow
{
    [JsonPropertyName("bundle")] public required string Bundle { get; init; }
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("variant")] public required string Variant { get; init; }
    [JsonPropertyName("threads")] public required int Threads { get; init; }
    [JsonPropertyName("operator")] public required string Operator { get; init; }

    /// <summary>Nodes run for a picture.</summary>
    [JsonPropertyName("nodes")] public required double Nodes { get; init; }

    /// <summary>Milliseconds a picture.</summary>
    [JsonPropertyName("ms")] public required double Milliseconds { get; init; }

    /// <summary>Share of the network's time.</summary>
    [JsonPropertyName("share")] public required double Share { get; init; }

    /// <summary>Thousand million multiplications and additions a picture.</summary>
    [JsonPropertyName("gop")] public required double Operations { get; init; }
    [JsonPropertyName("gop_per_s")] public required double OperationsPerSecond { get; init; }

    /// <summary>Thousand million bytes read and written a second, from memory or cache.</summary>
    [JsonPropertyName("gb_per_s")] public required double BytesPerSecond { get; init; }

    /// <summary>Time at the machine's peaks, of arithmetic or of memory, whichever takes longer, over the time taken. Above 1 where caches serve more than memory can.</summary>
    [JsonPropertyName("roof_share")] public required double RoofShare { get; init; }

    /// <summary>Whether arithmetic or memory sets the roof: "compute" or "memory".</summary>
    [JsonPropertyName("bound")] public required string Bound { get; init; }

    [JsonPropertyName("peak_gflop_per_s")] public required double PeakFloat { get; init; }
    [JsonPropertyName("peak_int8_gop_per_s")] public required double PeakInt8 { get; init; }
    [JsonPropertyName("peak_gb_per_s")] public required double PeakBytes { get; init; }
    [JsonPropertyName("provider")] public required string Provider { get; init; }
    [JsonPropertyName("onnxruntime")] public required string OnnxRuntime { get; init; }
    [JsonPropertyName("cpu")] public required string Cpu { get; init; }
}
