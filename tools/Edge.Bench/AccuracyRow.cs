using System.Text.Json.Serialization;
using Edge.Evaluation.Metrics;

namespace Edge.Bench;

/// <summary>What <c>accuracy</c> says of one profile. Rates and areas lie in 0 .. 1; null = the set does not tell; intervals are [low, high] at 95 %.</summary>
internal sealed record AccuracyRow
{
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("default")] public required bool IsDefault { get; init; }
    [JsonPropertyName("image_auroc")] public double? ImageAuroc { get; init; }
    [JsonPropertyName("image_auroc_ci")] public double[]? ImageAurocInterval { get; init; }
    [JsonPropertyName("pixel_auroc")] public double? PixelAuroc { get; init; }
    [JsonPropertyName("pixel_auroc_ci")] public double[]? PixelAurocInterval { get; init; }
    [JsonPropertyName("aupro")] public double? Aupro { get; init; }
    [JsonPropertyName("aupro_ci")] public double[]? AuproInterval { get; init; }
    [JsonPropertyName("aupimo")] public double? Aupimo { get; init; }
    [JsonPropertyName("aupimo_ci")] public double[]? AupimoInterval { get; init; }
    [JsonPropertyName("f1_max")] public double? F1Max { get; init; }
    [JsonPropertyName("f1_max_ci")] public double[]? F1MaxInterval { get; init; }
    [JsonPropertyName("recall_at_1pct")] public double? RecallAt1Pct { get; init; }
    [JsonPropertyName("recall_at_1pct_ci")] public double[]? RecallAt1PctInterval { get; init; }

    /// <summary>Share of the good pictures that the bundle's own threshold rejects.</summary>
    [JsonPropertyName("false_rejects_seen")] public required double FalseRejectsSeen { get; init; }
    [JsonPropertyName("false_rejects_seen_ci")] public required double[]? FalseRejectsSeenInterval { get; init; }

    /// <summary>The share its threshold was asked to keep.</summary>
    [JsonPropertyName("alpha")] public required double Alpha { get; init; }

    /// <summary>Share of the defective pictures that the bundle's own threshold finds.</summary>
    [JsonPropertyName("recall_seen")] public double? RecallSeen { get; init; }
    [JsonPropertyName("recall_seen_ci")] public double[]? RecallSeenInterval { get; init; }

    /// <summary>The same by kind of defect, in the set's order; empty without defects.</summary>
    [JsonPropertyName("kinds")] public IReadOnlyList<KindRow> Kinds { get; init; } = [];

    /// <summary>Negative controls that are called OK: pictures that show no good part. None should be.</summary>
    [JsonPropertyName("controls_ok")] public IReadOnlyList<string> PassedControls { get; init; } = [];

    [JsonPropertyName("n_good")] public required int Good { get; init; }
    [JsonPropertyName("n_defect")] public required int Defective { get; init; }

    /// <summary>Network evaluations a picture.</summary>
    [JsonPropertyName("nfe")] public required double Evaluations { get; init; }

    /// <summary>Time from opening the file to the verdict, as the verdicts give it; milliseconds, NaN where it was not taken.</summary>
    [JsonPropertyName("ms_mean")] public required double MeanMilliseconds { get; init; }
    [JsonPropertyName("ms_p50")] public required double P50Milliseconds { get; init; }
    [JsonPropertyName("ms_p95")] public required double P95Milliseconds { get; init; }
}
