using Edge.CommandLine;
using Edge.Runtime.Bundles;

namespace Edge.Commands;

/// <summary>What <c>bundle show</c> says.</summary>
internal sealed record BundleFacts
{
    public required string Path { get; init; }
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required string Created { get; init; }
    public required string TrainerVersion { get; init; }
    public required int SchemaVersion { get; init; }
    public required string Hash { get; init; }
    public required double Alpha { get; init; }
    public required string DefaultProfile { get; init; }
    public required NetworkManifest Network { get; init; }
    public required Preprocessing Preprocessing { get; init; }
    public required IReadOnlyList<ProfileFacts> Profiles { get; init; }
    public required int GoldenSamples { get; init; }
    public required double GoldenTolerance { get; init; }

    /// <summary>Pictures whose brightness and sharpness it knows; 0 where drift of the light cannot be told.</summary>
    public required int LightPictures { get; init; }
    public required IReadOnlyDictionary<string, string> Training { get; init; }

    public static BundleFacts Of(Bundle bundle, BundleTolerance tolerance) => new()
    {
        Path = bundle.Folder,
        Id = bundle.Id,
        Version = bundle.Manifest.Version,
        Created = bundle.Manifest.Created,
        TrainerVersion = bundle.Manifest.TrainerVersion,
        SchemaVersion = bundle.Manifest.SchemaVersion,
        Hash = bundle.Hash,
        Alpha = bundle.Manifest.Alpha,
        DefaultProfile = bundle.DefaultProfile,
        Network = bundle.Manifest.Network,
        Preprocessing = bundle.Manifest.Preprocessing,
        Profiles = [.. bundle.Profiles.Select(key => ProfileFacts.Of(key, bundle, tolerance.Profiles.GetValueOrDefault(key)))],
        GoldenSamples = bundle.Manifest.GoldenSamples.Count,
        GoldenTolerance = bundle.Manifest.GoldenTolerance,
        LightPictures = bundle.Manifest.Light?.Brightness.Count ?? 0,
        Training = bundle.Manifest.Training,
    };
}
