using System.Text.Json.Serialization;

namespace Edge.Bench.Sessions;

/// <summary>One thing <c>gpu-check</c> proves.</summary>
/// <param name="Check">What.</param>
/// <param name="Passed">Whether it holds; null for what is only told.</param>
/// <param name="Finding">What was seen, and what was allowed.</param>
internal sealed record GpuCheckRow(
    [property: JsonPropertyName("check")] string Check, [property: JsonPropertyName("passed")] bool? Passed, [property: JsonPropertyName("finding")] string Finding);
