using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>Scores of good pictures that took no part in training: what a threshold is made of.</summary>
internal sealed record Calibration
{
    /// <summary>The scores, ascending. A picture that the gate rejects has an infinite score.</summary>
    public List<float> Scores { get; init; } = [];

    /// <summary>The group of each score, in the same order. Pictures of one group, such as exposures of one part, are one draw together. Empty: each is its own.</summary>
    public List<int> Groups { get; init; } = [];

    /// <summary>The picture's file name of each score, in the same order, so that the ones that set the threshold can be looked at; may be empty.</summary>
    public List<string> Pictures { get; init; } = [];

    /// <summary>Where the scores come from: "training" or the folder's name given to a calibration on the box.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of the mask it was calibrated with; empty where all of a picture counted.</summary>
    public string Mask { get; init; } = "";
}
