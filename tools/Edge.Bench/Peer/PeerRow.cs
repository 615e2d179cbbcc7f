using System.Text.Json.Serialization;

namespace Edge.Bench.Peer;

/// <summary>What one method is worth on a set, and what a picture costs it.</summary>
internal sealed record PeerRow
{
    /// <summary>The bundle's profile, or the peer.</summary>
    [JsonPropertyName("method")] public required string Method { get; init; }

    /// <summary>Image AUROC; null where no picture is defective.</summary>
    [JsonPropertyName("image_auroc")] public double? ImageAuroc { get; init; }

    /// <summary>Pixel AUROC; null without masks.</summary>
    [JsonPropertyName("pixel_auroc")] public double? PixelAuroc { get; init; }

    /// <summary>AUPRO to 0.3; null without masks.</summary>
    [JsonPropertyName("aupro")] public double? Aupro { get; init; }

    /// <summary>Median time from the frame in memory to the score, in milliseconds.</summary>
    [JsonPropertyName("ms_p50")] public required double Milliseconds { get; init; }
}
