using System.Text.Json.Serialization;

namespace Edge.Bench;

/// <summary>What <c>latency</c> says of one profile with one number of threads. Times are milliseconds from frame to verdict.</summary>
internal sealed record LatencyRow
{
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("default")] public required bool IsDefault { get; init; }

    /// <summary>Threads of one evaluation; 0 = all processors.</summary>
    [JsonPropertyName("threads")] public required int Threads { get; init; }

    /// <summary>Network evaluations a picture.</summary>
    [JsonPropertyName("nfe")] public required int Evaluations { get; init; }
    [JsonPropertyName("n")] public required int Pictures { get; init; }

    /// <summary>Opening the bundle.</summary>
    [JsonPropertyName("load_ms")] public required double Load { get; init; }

    /// <summary>The first picture, not among the n.</summary>
    [JsonPropertyName("first_ms")] public required double First { get; init; }
    [JsonPropertyName("min_ms")] public required double Min { get; init; }
    [JsonPropertyName("p50_ms")] public required double P50 { get; init; }
    [JsonPropertyName("p95_ms")] public required double P95 { get; init; }
    [JsonPropertyName("p99_ms")] public required double P99 { get; init; }
    [JsonPropertyName("max_ms")] public required double Max { get; init; }
    [JsonPropertyName("pictures_per_s")] public required double PicturesPerSecond { get; init; }
    [JsonPropertyName("provider")] public required string Provider { get; init; }
    [JsonPropertyName("onnxruntime")] public required string OnnxRuntime { get; init; }
    [JsonPropertyName("cpu")] public required string Cpu { get; init; }
    [JsonPropertyName("cores")] public required int Cores { get; init; }
}
