using System.Text.Json.Serialization;

namespace Edge.Bench.Speed;

/// <summary>What <c>latency</c> and <c>sweep</c> say of one profile with one number of threads. Times are milliseconds from the frame in memory to
/// the verdict, at a line rate from when the picture was due.</summary>
internal sealed record LatencyRow
{
    [JsonPropertyName("bundle")] public required string Bundle { get; init; }
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("default")] public required bool IsDefault { get; init; }

    /// <summary>What the network computes in, "fp32".</summary>
    [JsonPropertyName("variant")] public required string Variant { get; init; }

    /// <summary>Threads of one evaluation.</summary>
    [JsonPropertyName("threads")] public required int Threads { get; init; }

    /// <summary>Network evaluations a picture.</summary>
    [JsonPropertyName("nfe")] public required double Evaluations { get; init; }

    /// <summary>The noise levels of its T scales; null for a profile that reconstructs.</summary>
    [JsonPropertyName("t_scales")] public IReadOnlyList<int>? TScales { get; init; }

    [JsonPropertyName("n")] public required int Pictures { get; init; }

    /// <summary>Opening the bundle.</summary>
    [JsonPropertyName("load_ms")] public required double Load { get; init; }

    /// <summary>The first picture, not among the n; the first verdict comes after load and this.</summary>
    [JsonPropertyName("first_ms")] public required double First { get; init; }
    [JsonPropertyName("min_ms")] public required double Min { get; init; }
    [JsonPropertyName("p50_ms")] public required double P50 { get; init; }
    [JsonPropertyName("p90_ms")] public required double P90 { get; init; }
    [JsonPropertyName("p95_ms")] public required double P95 { get; init; }
    [JsonPropertyName("p99_ms")] public required double P99 { get; init; }
    [JsonPropertyName("max_ms")] public required double Max { get; init; }

    /// <summary>Standard deviation of the n times.</summary>
    [JsonPropertyName("jitter_ms")] public required double Jitter { get; init; }

    [JsonPropertyName("pictures_per_s")] public required double PicturesPerSecond { get; init; }

    /// <summary>Pictures due a second; null where one follows the other.</summary>
    [JsonPropertyName("rate_hz")] public double? Rate { get; init; }

    /// <summary>Verdicts that came after the next picture was due; null without a rate.</summary>
    [JsonPropertyName("missed")] public int? Missed { get; init; }

    /// <summary>Median of reading and decoding a picture's file; not part of the times above.</summary>
    [JsonPropertyName("decode_ms")] public required double Decode { get; init; }

    /// <summary>Medians of the stages of the n pictures.</summary>
    [JsonPropertyName("preprocess_ms")] public required double Preprocess { get; init; }
    [JsonPropertyName("network_ms")] public required double Network { get; init; }
    [JsonPropertyName("arithmetic_ms")] public required double Arithmetic { get; init; }
    [JsonPropertyName("scoring_ms")] public required double Scoring { get; init; }

    /// <summary>Share of an inspection that is not spent in ONNX Runtime, median of the n.</summary>
    [JsonPropertyName("outside_share")] public required double OutsideShare { get; init; }

    /// <summary>Managed memory allocated for a picture, mean of the n.</summary>
    [JsonPropertyName("alloc_bytes")] public required double AllocatedBytes { get; init; }

    /// <summary>Most memory this process held while it loaded and inspected; null where the system does not tell.</summary>
    [JsonPropertyName("peak_rss_bytes")] public long? PeakResidentBytes { get; init; }

    /// <summary>Energy of the whole processor package a picture, all other load included; null where the counters cannot be read.</summary>
    [JsonPropertyName("energy_j")] public double? Energy { get; init; }

    /// <summary>As <c>accuracy</c> measures them; null without a data set, or where it does not tell.</summary>
    [JsonPropertyName("image_auroc")] public double? ImageAuroc { get; init; }
    [JsonPropertyName("pixel_auroc")] public double? PixelAuroc { get; init; }
    [JsonPropertyName("aupro")] public double? Aupro { get; init; }
    [JsonPropertyName("false_rejects_seen")] public double? FalseRejectsSeen { get; init; }
    [JsonPropertyName("recall_seen")] public double? RecallSeen { get; init; }

    /// <summary>p50 of the same line of the baseline; null where there is none.</summary>
    [JsonPropertyName("baseline_p50_ms")] public double? BaselineP50 { get; init; }

    [JsonPropertyName("provider")] public required string Provider { get; init; }
    [JsonPropertyName("onnxruntime")] public required string OnnxRuntime { get; init; }
    [JsonPropertyName("edge")] public required string Edge { get; init; }
    [JsonPropertyName("cpu")] public required string Cpu { get; init; }
    [JsonPropertyName("cores")] public required int Cores { get; init; }

    /// <summary>The same with what accuracy measured of its profile.</summary>
    public LatencyRow With(AccuracyRow accuracy) => this with
    {
        ImageAuroc = accuracy.ImageAuroc, PixelAuroc = accuracy.PixelAuroc, Aupro = accuracy.Aupro,
        FalseRejectsSeen = accuracy.FalseRejectsSeen, RecallSeen = accuracy.RecallSeen,
    };
}
