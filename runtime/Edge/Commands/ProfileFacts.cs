using Edge.Runtime;
using System.Globalization;
using System.Text.Json.Serialization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Commands;

/// <summary>What <c>bundle show</c> says of a profile in one precision.</summary>
internal sealed record ProfileFacts
{
    public required string Name { get; init; }

    [JsonPropertyName("default")] public required bool IsDefault { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    public required int Evaluations { get; init; }

    /// <summary>What is read of a picture, with its constants.</summary>
    public required IReadOnlyList<Reading> Readings { get; init; }

    /// <summary>Ranges of good pictures; a picture outside is never OK.</summary>
    public required IReadOnlyList<GateRange> Gate { get; init; }
    public required int CalibrationPictures { get; init; }
    public required string CalibrationSource { get; init; }

    /// <summary>At the bundle's alpha; null where the pictures are too few for it.</summary>
    public required double? Threshold { get; init; }

    /// <summary>The smallest false-reject rate the calibration allows.</summary>
    public required double SmallestAlpha { get; init; }
    /// <summary>How far good pictures may change; null where nobody has measured it.</summary>
    public required Tolerance? Tolerance { get; init; }

    /// <summary>Name and precision, for people.</summary>
    [JsonIgnore]
    public ProfileKey Key => new(Name, Precision);

    /// <summary>The settings in short, for people.</summary>
    [JsonIgnore]
    public string Summary => string.Join("; ", Readings.Select(reading => $"{Summarise(reading)}, widths {string.Join(' ', reading.Map.Widths)}"));

    public static ProfileFacts Of(ProfileKey key, Bundle bundle, Tolerance? tolerance)
    {
        var profile = bundle.Profile(key);
        return new ProfileFacts
        {
            Name = key.Name,
            IsDefault = key == bundle.KeyFor(),
            Precision = key.Precision,
            Evaluations = profile.Evaluations,
            Readings = profile.Readings,
            Gate = profile.Gate,
            CalibrationPictures = profile.Calibration.Scores.Count,
            CalibrationSource = profile.Calibration.Source,
            Threshold = ThresholdOf(profile, bundle.Manifest.Alpha),
            SmallestAlpha = new ConformalScores(profile.Calibration).LeastAlpha,
            Tolerance = tolerance,
        };
    }

    public static double? ThresholdOf(Profile profile, double alpha) =>
        new ConformalScores(profile.Calibration) is var scores && scores.LeastAlpha <= alpha ? scores.Threshold(alpha) : null;

    private static string Summarise(Reading reading) => reading switch
    {
        { TScales: { } scales } => $"t {string.Join(' ', scales.Timesteps)}{(scales.Mode == TScaleMode.Noiseless ? "" : $" {scales.Mode.ToString().ToLowerInvariant()}")}",
        { Reconstruction: { } r } => string.Create(CultureInfo.InvariantCulture,
            $"reconstruction from {r.Sampler.StartT} by {r.Sampler.Skip}, w {r.Sampler.ConditionWeight:G4}, s {r.Sampler.GuidanceWeight:G4}, {string.Join(" and ", reading.Planes)}"),
        { Memory: true } => "memory",
        _ => "log-odds",
    };
}
