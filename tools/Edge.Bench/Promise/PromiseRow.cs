using System.Text.Json.Serialization;

namespace Edge.Bench.Promise;

/// <summary>What <c>promise</c> says of one profile at one false-reject rate. Rates lie in 0 .. 1; null = not promised, or not known.</summary>
internal sealed record PromiseRow
{
    [JsonPropertyName("profile")] public required string Profile { get; init; }
    [JsonPropertyName("alpha")] public required double Alpha { get; init; }

    /// <summary>Good pictures that are split.</summary>
    [JsonPropertyName("pictures")] public required int Pictures { get; init; }

    /// <summary>How many of them are unlike any good one, and so rejected at every rate.</summary>
    [JsonPropertyName("unlike")] public required int Unlike { get; init; }

    /// <summary>Whether groups are split, and not pictures.</summary>
    [JsonPropertyName("by_groups")] public required bool ByGroups { get; init; }

    [JsonPropertyName("n_calibrating")] public required int Calibrating { get; init; }
    [JsonPropertyName("n_counted")] public required int Counted { get; init; }
    [JsonPropertyName("n_needed")] public required long Needed { get; init; }
    [JsonPropertyName("splits")] public required int Splits { get; init; }
    [JsonPropertyName("splits_refused")] public required int Refused { get; init; }
    [JsonPropertyName("promised")] public double? Promised { get; init; }
    [JsonPropertyName("mean")] public double? Mean { get; init; }
    [JsonPropertyName("sd")] public double? Deviation { get; init; }
    [JsonPropertyName("q05")] public double? Low { get; init; }
    [JsonPropertyName("q95")] public double? High { get; init; }
    [JsonPropertyName("within_binomial")] public double? Within { get; init; }
    [JsonPropertyName("within_expected")] public double? WithinExpected { get; init; }

    /// <summary>Good pictures of the test set.</summary>
    [JsonPropertyName("test_pictures")] public required int TestPictures { get; init; }

    /// <summary>How many of them the threshold of the bundle's own calibration rejects.</summary>
    [JsonPropertyName("test_rejected")] public int? TestRejected { get; init; }

    /// <summary>The probability of so many or more, were they exchangeable with the calibration's pictures. Null for groups.</summary>
    [JsonPropertyName("test_p")] public double? TestProbability { get; init; }
}
