using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>Scores of good pictures that took no part in training: what a threshold is made of.</summary>
public sealed record Calibration
{
    /// <summary>The scores, ascending.</summary>
    public List<float> Scores { get; init; } = [];

    /// <summary>Pictures left out because they are unlike all the others. If what they show is good and comes again, it will be rejected.</summary>
    public List<SetAside> SetAside { get; init; } = [];

    /// <summary>Where the scores come from: "training" or the folder's name given to a calibration on the box.</summary>
    public string Source { get; init; } = "";

    /// <summary>The smallest false-reject rate so many scores can promise: 1 / (n + 1).</summary>
    [YamlIgnore]
    public double LeastAlpha => 1.0 / (Scores.Count + 1);
}
