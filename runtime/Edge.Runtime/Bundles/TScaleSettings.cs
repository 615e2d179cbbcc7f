using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>T scales (Teng et al., arXiv 2211.16092): the network is read at a few noise levels, each on its own.</summary>
public sealed record TScaleSettings
{
    /// <summary>The noise levels, 1 to 8 of them, ascending.</summary>
    public List<int> Timesteps { get; init; } = [];

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    [YamlIgnore]
    public int Evaluations => Timesteps.Count * (Mode == TScaleMode.Difference ? 2 : 1);

    /// <summary>How the network is asked at a level.</summary>
    public TScaleMode Mode { get; init; } = TScaleMode.Noiseless;

    /// <summary>What is read of its answer.</summary>
    public TScaleReading Reading { get; init; }

    /// <summary>Planes of residuals, one a level or none.</summary>
    [YamlIgnore]
    public int Residuals => Reading == TScaleReading.Logit ? 0 : Timesteps.Count;

    /// <summary>Planes of log-odds, one a level or none.</summary>
    [YamlIgnore]
    public int Logits => Reading == TScaleReading.Residual ? 0 : Timesteps.Count;
}
