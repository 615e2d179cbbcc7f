using Edge.Runtime;
using Edge.Cameras;
using Edge.Runtime.Bundles;

namespace Edge.Service;

/// <summary>How a station is doing.</summary>
internal sealed record StationState
{
    public required string Name { get; init; }
    public required bool Ready { get; init; }
    public required string Mode { get; init; }
    public required CameraState? Camera { get; init; }
    public required string Bundle { get; init; }
    public required string BundleVersion { get; init; }
    public required string BundleHash { get; init; }
    public required string Profile { get; init; }
    public required Precision Precision { get; init; }
    public required string Provider { get; init; }

    /// <summary>Why the provider was taken, in one line for people.</summary>
    public required string ProviderNote { get; init; }
    public required double Threshold { get; init; }

    /// <summary>Share of good parts expected above the threshold.</summary>
    public required double Alpha { get; init; }

    /// <summary>Where the threshold comes from: bundle, configuration or operator.</summary>
    public required string ThresholdSource { get; init; }

    /// <summary>Answers so far by reason, in snake_case.</summary>
    public required IReadOnlyDictionary<string, long> Results { get; init; }

    public required long Superseded { get; init; }
    public required long MissedTicks { get; init; }
    public required long Refused { get; init; }
    public required int Waiting { get; init; }

    /// <summary>Milliseconds from trigger or picture to answer of the last parts: median, 95th and 99th percentile; null before the first.</summary>
    public required double? P50Ms { get; init; }
    public required double? P95Ms { get; init; }
    public required double? P99Ms { get; init; }

    public required DriftState? Drift { get; init; }
    public required PartResult? Last { get; init; }
}
