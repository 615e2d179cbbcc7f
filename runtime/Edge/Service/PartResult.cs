using Edge.Runtime;
using System.Text.Json.Serialization;
using Edge.Runtime.Bundles;

namespace Edge.Service;

/// <summary>The one answer a part gets: what every output, record and sidecar says of it.</summary>
internal sealed record PartResult
{
    /// <summary>Number of this inspection on this box; grows for ever, across restarts.</summary>
    public required long Id { get; init; }

    public required string Box { get; init; }

    public required string Station { get; init; }

    /// <summary>The id the line gave the part.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PartId { get; init; }

    public required ResultVerdict Verdict { get; init; }

    public required ResultReason Reason { get; init; }

    /// <summary>When the answer was given.</summary>
    public required DateTimeOffset Time { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Score { get; init; }
    public required double Threshold { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? PValue { get; init; }
    public required string Profile { get; init; }
    public required Precision Precision { get; init; }

    /// <summary>The reading that decided: t_scales, log_odds or reconstruction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? DecidedBy { get; init; }

    /// <summary>What is unlike any good picture, and by how much.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Unlike { get; init; }
    public required string Bundle { get; init; }
    public required string BundleVersion { get; init; }
    public required string BundleHash { get; init; }

    /// <summary>Number of the picture at its station, and when it was taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Frame { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? Captured { get; init; }

    /// <summary>Milliseconds from the picture, or from the trigger where there was none yet, to the inspection's begin.</summary>
    public required double WaitMs { get; init; }

    /// <summary>Milliseconds of the inspection itself; 0 where there was none.</summary>
    public required double InspectMs { get; init; }

    /// <summary>Milliseconds from the trigger (or the picture, where pictures make parts) to this answer.</summary>
    public required double TotalMs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Error { get; init; }
}
