using Edge.Runtime;
using System.Text.Json.Serialization;
using Edge.Runtime.Bundles;

namespace Edge.Commands;

/// <summary>What <c>inspect</c> says of one picture. A picture that could not be inspected has an error and no numbers.</summary>
internal sealed record InspectionRow
{
    public required string Path { get; init; }

    /// <summary>ok, ng or error.</summary>
    public required string Verdict { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Score { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Threshold { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? PValue { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Error { get; init; }
    public required string Profile { get; init; }
    public required Precision Precision { get; init; }

    /// <summary>good, defect or unlike; null for an error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Reason { get; init; }

    /// <summary>What is unlike any good picture, and by how much.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Unlike { get; init; }

    /// <summary>The reading that decided: t_scales, log_odds or reconstruction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? DecidedBy { get; init; }
    public required double Alpha { get; init; }
    public required string Bundle { get; init; }
    public required string BundleVersion { get; init; }
    public required string BundleHash { get; init; }

    /// <summary>From opening the file to the verdict, or to the fault.</summary>
    public required double Ms { get; init; }
}
