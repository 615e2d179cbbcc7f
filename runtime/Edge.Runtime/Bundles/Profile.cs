using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>One way to use the bundle's networks: one reading or several, with the constants and the calibration that belong to them.
/// In another precision the same readings have other constants and another calibration; the <see cref="ProfileKey"/> tells them apart.</summary>
internal sealed record Profile
{
    /// <summary>What is read of a picture, 1 to 4 readings. The largest of their scores is the picture's score.</summary>
    public List<Reading> Readings { get; init; } = [];

    /// <summary>Seed of the noise, part of the profile so that a score can be reproduced.</summary>
    public ulong Seed { get; init; }

    /// <summary>Ranges of good pictures, outside of which a picture is unlike any of them.</summary>
    public List<GateRange> Gate { get; init; } = [];

    /// <summary>The scores of good pictures that took no part in training, in choosing settings or in fitting constants.</summary>
    public Calibration Calibration { get; init; } = new();

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    [YamlIgnore]
    public int Evaluations => Readings.Sum(reading => reading.Evaluations);

    /// <summary>The planes of its readings, each named once; what int8 networks are made for.</summary>
    internal IEnumerable<string> Planes => Readings.SelectMany(reading => reading.Planes).Distinct();
}
