using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>One way to use the network, with the constants and calibration that belong to it.</summary>
public sealed record Profile
{
    /// <summary>Settings of the T scales; null for a profile that reconstructs and for a cascade.</summary>
    public TScaleSettings? TScales { get; init; }

    /// <summary>Settings of the reconstruction; null for a profile of T scales and for a cascade.</summary>
    public ReconstructionSettings? Reconstruction { get; init; }

    /// <summary>What the network runs in. Constants and calibration hold for this one.</summary>
    public Precision Precision { get; init; }

    /// <summary>The two profiles of a cascade, which has no map of its own; null for all others.</summary>
    public CascadeSettings? Cascade { get; init; }

    /// <summary>Evaluations of the network for a picture that is inspected whole; 0 for a cascade, whose cost <see cref="Bundle.Evaluations"/> says.</summary>
    [YamlIgnore]
    public int Evaluations => TScales?.Evaluations ?? Reconstruction?.Sampler.Evaluations ?? 0;

    /// <summary>How what the network says becomes a map.</summary>
    public MapSettings Map { get; init; } = new();

    /// <summary>Planes that the network's answer has: those of the noise levels, or pixel and feature distance.</summary>
    [YamlIgnore]
    public int Planes => TScales?.Planes ?? (Reconstruction is { ComparesFeatures: true } ? 2 : 1);

    /// <summary>Whether another profile reads what this one does, so that its map and score suit it: distances (residuals or a reconstruction's), log-odds, or both.</summary>
    internal bool ReadsAs(Profile other) => Reads == other.Reads;

    private (bool Distances, bool Logit) Reads => TScales is { } scales ? (scales.Timesteps.Count > 0, scales.Logit) : (Reconstruction is not null, false);

    /// <summary>Number of highest map values whose mean is the picture's score; 1 is the maximum.</summary>
    public int TopPixels { get; init; } = 200;

    /// <summary>Seed of the noise, part of the profile so that a score can be reproduced.</summary>
    public ulong Seed { get; init; }

    /// <summary>What normal looks like, from held-out normals; as <see cref="Map"/> needs it.</summary>
    public MapConstants Constants { get; init; } = new();

    /// <summary>The scores of held-out normals.</summary>
    public Calibration Calibration { get; init; } = new();
}
