using System.Globalization;
using System.Text.Json.Serialization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Commands;

/// <summary>What <c>bundle show</c> says of a profile.</summary>
internal sealed record ProfileFacts
{
    public required string Name { get; init; }

    [JsonPropertyName("default")] public required bool IsDefault { get; init; }

    /// <summary>t_scales, reconstruction or cascade.</summary>
    public required string Method { get; init; }

    /// <summary>fp32 or int8; of a cascade of both int8+fp32 or fp32+int8.</summary>
    public required string Precision { get; init; }

    /// <summary>Evaluations of the network for a picture that is inspected whole; of a cascade the mean to expect of good pictures.</summary>
    public required double Evaluations { get; init; }

    /// <summary>The most evaluations a picture takes.</summary>
    public required int WorstEvaluations { get; init; }
    public required int CalibrationPictures { get; init; }
    public required string CalibrationSource { get; init; }

    /// <summary>At the bundle's alpha; null where the pictures are too few for it.</summary>
    public required double? Threshold { get; init; }

    /// <summary>The smallest false-reject rate the calibration allows.</summary>
    public required double SmallestAlpha { get; init; }
    public required int TopPixels { get; init; }
    public required TScaleSettings? TScales { get; init; }
    public required ReconstructionSettings? Reconstruction { get; init; }
    public required CascadeSettings? Cascade { get; init; }
    public required MapSettings Map { get; init; }

    /// <summary>How far good pictures may change; null where nobody has measured it.</summary>
    public required Tolerance? Tolerance { get; init; }

    /// <summary>The settings in short, for people.</summary>
    [JsonIgnore]
    public string Summary => Cascade is { } cascade
        ? string.Create(CultureInfo.InvariantCulture, $"{cascade.First}, and {cascade.Then} where its p lies in {cascade.From:0.####}..{cascade.To:0.####}: {cascade.Borderline:P1} of good pictures")
        : (Precision == "int8" ? "int8, " : "") + (TScales is { } scales
        ? string.Join(" and ", new[] { scales.Timesteps.Count == 0 ? "" : $"t {string.Join(' ', scales.Timesteps)}, {scales.Mode.ToString().ToLowerInvariant()}", scales.Logit ? "log-odds" : "" }.Where(s => s != ""))
        : $"t {Reconstruction!.Sampler.StartT} by {Reconstruction.Sampler.Skip}, w {Reconstruction.Sampler.ConditionWeight:G4}, "
            + $"s {Reconstruction.Sampler.GuidanceWeight:G4}, {string.Join(" and ", (string[])["pixels", .. Reconstruction.Features.Count > 0 ? ["features"] : Array.Empty<string>(), .. Reconstruction.BackboneFeatures])}")
        + $", widths {string.Join(' ', Map.Widths)}{(Map.Relative ? ", relative" : "")}{(Map.Probability is { } own ? $", log-odds' own map: widths {string.Join(' ', own.Widths)}" : "")}";

    public static ProfileFacts Of(string name, Bundle bundle, Tolerance? tolerance)
    {
        var profile = bundle.Profile(name);
        return new ProfileFacts
        {
            Name = name,
            IsDefault = name == bundle.DefaultProfile,
            Method = profile.Cascade is not null ? "cascade" : profile.TScales is null ? "reconstruction" : "t_scales",
            Precision = bundle.PrecisionOf(name),
            Evaluations = bundle.Evaluations(name),
            WorstEvaluations = bundle.WorstEvaluations(name),
            CalibrationPictures = profile.Calibration.Scores.Count,
            CalibrationSource = profile.Calibration.Source,
            Threshold = ThresholdOf(profile, bundle.Manifest.Alpha),
            SmallestAlpha = profile.Calibration.LeastAlpha,
            TopPixels = profile.TopPixels,
            TScales = profile.TScales,
            Reconstruction = profile.Reconstruction,
            Cascade = profile.Cascade,
            Map = profile.Map,
            Tolerance = tolerance,
        };
    }

    public static double? ThresholdOf(Profile profile, double alpha) => ConformalThreshold.PicturesNeeded(alpha) > profile.Calibration.Scores.Count
        ? null
        : ConformalThreshold.Threshold([.. profile.Calibration.Scores], alpha);
}
