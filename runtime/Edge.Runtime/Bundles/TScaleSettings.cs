using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>T scales (Teng et al., arXiv 2211.16092): the network is read at a few noise levels, each on its own.</summary>
internal sealed record TScaleSettings
{
    /// <summary>The noise levels, 1 to 8 of them.</summary>
    public List<int> Timesteps { get; init; } = [];

    /// <summary>What is read at a level.</summary>
    public TScaleMode Mode { get; init; } = TScaleMode.Noiseless;

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    [YamlIgnore]
    public int Evaluations => Timesteps.Count * (Mode == TScaleMode.Difference ? 2 : 1);

    internal static string PlaneOf(int t) => $"t{t}";

    internal string PlaneName(int t) => Mode == TScaleMode.Noiseless ? PlaneOf(t) : $"t{t} {Mode.ToString().ToLowerInvariant()}";
}
