using Edge.Runtime;
using System.Text.Json.Serialization;
using Edge.Runtime.Bundles;

namespace Edge.Commands;

/// <summary>What <c>calibrate</c> did to a profile in one precision.</summary>
internal sealed record CalibrationRow
{
    public required string Profile { get; init; }
    public required Precision Precision { get; init; }
    public required int PicturesBefore { get; init; }
    public required int Pictures { get; init; }

    /// <summary>At the bundle's alpha of then; null where there was none.</summary>
    public required double? ThresholdBefore { get; init; }
    public required double? Threshold { get; init; }

    /// <summary>The smallest false-reject rate the calibration now allows.</summary>
    public required double SmallestAlpha { get; init; }
    public required double AlphaBefore { get; init; }
    public required double Alpha { get; init; }

    /// <summary>How this box's pictures differ from those before, held against the profile's tolerance.</summary>
    public required IReadOnlyList<CameraShift> Camera { get; init; }

    /// <summary>Whether the profile's tolerance was measured at another threshold than the one it has now; null where it has none.</summary>
    public required bool? ToleranceIsOlder { get; init; }
    public required string Bundle { get; init; }
    public required string BundleVersion { get; init; }
    public required string BundleHash { get; init; }
    public required string Path { get; init; }

    /// <summary>Profile and precision, for people.</summary>
    [JsonIgnore]
    public ProfileKey Key => new(Profile, Precision);
}
