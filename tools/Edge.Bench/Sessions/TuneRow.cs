using System.Text.Json.Serialization;

namespace Edge.Bench.Sessions;

/// <summary>One way to run a profile, timed: milliseconds from frame to verdict.</summary>
internal sealed record TuneRow
{
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("threads")] public required int Threads { get; init; }
    [JsonPropertyName("spinning")] public required bool Spinning { get; init; }
    [JsonPropertyName("p50_ms")] public required double P50 { get; init; }
    [JsonPropertyName("p95_ms")] public required double P95 { get; init; }

    /// <summary>Whether it is the profile's choice.</summary>
    [JsonPropertyName("chosen")] public bool Chosen { get; init; }
}
