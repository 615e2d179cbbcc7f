using System.Text.Json.Serialization;

namespace Edge.Bench;

/// <summary>What one profile makes of one kind of defect, a folder of the set.</summary>
internal sealed record KindRow
{
    [JsonPropertyName("kind")] public required string Kind { get; init; }
    [JsonPropertyName("n")] public required int Pictures { get; init; }

    /// <summary>These pictures against all good ones, 0 .. 1.</summary>
    [JsonPropertyName("image_auroc")] public required double ImageAuroc { get; init; }

    /// <summary>Share that the bundle's own threshold finds.</summary>
    [JsonPropertyName("recall_seen")] public required double RecallSeen { get; init; }
    [JsonPropertyName("recall_seen_ci")] public required double[] RecallSeenInterval { get; init; }
}
