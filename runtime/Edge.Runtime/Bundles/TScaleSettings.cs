using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>T scales (Teng et al., arXiv 2211.16092): the network is read at a few noise levels, each on its own.</summary>
public sealed record TScaleSettings
{
    /// <summary>The noise levels, up to 8 of them, ascending; none only where <see cref="Logit"/> is read alone.</summary>
    public List<int> Timesteps { get; init; } = [];

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    [YamlIgnore]
    public int Evaluations => Timesteps.Count * (Mode == TScaleMode.Difference ? 2 : 1) + (Logit ? 1 : 0);

    /// <summary>What is read at a level.</summary>
    public TScaleMode Mode { get; init; } = TScaleMode.Noiseless;

    /// <summary>Whether the log-odds that a pixel is spoiled are read as well, at t = 0: one more evaluation, and a plane of probabilities after those of the levels.</summary>
    public bool Logit { get; init; }

    /// <summary>The timesteps the network is asked at: the levels, and 0 for the log-odds.</summary>
    internal IEnumerable<int> Asked => Logit ? Timesteps.Append(0).Distinct() : Timesteps;

    /// <summary>Planes that the network's answers make.</summary>
    [YamlIgnore]
    public int Planes => Timesteps.Count + (Logit ? 1 : 0);
}
