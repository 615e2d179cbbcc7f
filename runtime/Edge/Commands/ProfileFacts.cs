using System.Text.Json.Serialization;
using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Commands;

/// <summary>What <c>bundle show</c> says of a profile.</summary>
internal sealed record ProfileFacts
{
    public required string Name { get; init; }

    [JsonPropertyName("default")] public required bool IsDefault { get; init; }

    /// <summary>t_scales or reconstruction.</summary>
    public required string Method { get; init; }

    /// <summary>fp32 or int8.</summary>
    public required string Precision { get; init; }

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    public required int Evaluations { get; init; }
    public required int CalibrationPictures { get; init; }
    public required string CalibrationSource { get; init; }

    /// <summary>At the bundle's alpha; null where the pictures are too few for it.</summary>
    public required double? Threshold { get; init; }

    /// <summary>The smallest false-reject rate the calibration allows.</summary>
    public required double SmallestAlpha { get; init; }
    public required int TopPixels { get; init; }
    public required TScaleSettings? TScales { get; init; }
    public required ReconstructionSettings? Reconstruction { get; init; }
    public required MapSettings Map { get; init; }

    /// <summary>How far good pictures may change; null where nobody has measured it.</summary>
    public required Tolerance? Tolerance { get; init; }

    /// <summary>The settings in short, for people.</summary>
    [JsonIgnore]
    public string Summary => (Precision == "int8" ? "int8, " : "") + (TScales is { } scales
        ? string.Join(" and ", new[] { scales.Timesteps.Count == 0 ? "" : $"t {string.Join(' ', scales.Timesteps)}, {scales.Mode.ToString().ToLowerInvariant()}", scales.Logit ? "log-odds" : "" }.Where(s => s != ""))
        : $"t {Reconstruction!.Sampler.StartT} by {Reconstruction.Sampler.Skip}, w {Reconstruction.Sampler.ConditionWeight:G4}, "
            + $"s {Reconstruction.Sampler.GuidanceWeight:G4}, {string.Join(" and ", (string[])["pixels", .. Reconstruction.Features.Count > 0 ? ["features"] : Array.Empty<string>(), .. Reconstruction.BackboneFeatures])}")
        + $", widths {string.Join(' ', Map.Widths)}{(Map.Relative ? ", relative" : "")}";

    public static ProfileFacts Of(string name, Bundle bundle)
    {
        var profile = bundle.Profile(name);
        return new ProfileFacts
        {
            Name = name,
            IsDefault = name == bundle.DefaultProfile,
            Method = profile.TScales is null ? "reconstruction" : "t_scales",
            Precision = profile.Precision.ToString().ToLowerInvariant(),
            Evaluations = profile.Evaluations,
            CalibrationPictures = profile.Calibration.Scores.Count,
            CalibrationSource = profile.Calibration.Source,
            Threshold = ThresholdOf(profile, bundle.Manifest.Alpha),
            SmallestAlpha = SmallestAlphaOf(profile),
            TopPixels = profile.TopPixels,
            TScales = profile.TScales,
            Reconstruction = profile.Reconstruction,
            Map = profile.Map,
            Tolerance = profile.Tolerance,
        };
    }

    public static double SmallestAlphaOf(Profile profile) => 1.0 / (profile.Calibration.Scores.Count + 1);

    public static double? ThresholdOf(Profile profile, double alpha) => ConformalThreshold.PicturesNeeded(alpha) > profile.Calibration.Scores.Count
        ? null
        : ConformalThreshold.Threshold([.. profile.Calibration.Scores], alpha);
}
