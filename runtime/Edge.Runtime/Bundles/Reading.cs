using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>One reading of a picture: what is asked of the network, and how the answer becomes an anomaly map. Exactly one of T scales, log-odds, memory and reconstruction is set.</summary>
internal sealed record Reading
{
    /// <summary>The network's residual at a few noise levels (Teng et al., arXiv 2211.16092).</summary>
    public TScaleSettings? TScales { get; init; }

    /// <summary>The log-odds that a pixel is corrupted, learned from painted corruption; not part of either paper.</summary>
    public bool LogOdds { get; init; }

    /// <summary>The distance of frozen features to the nearest of good ones (PatchCore, Roth et al., arXiv 2106.08265).</summary>
    public bool Memory { get; init; }

    /// <summary>Conditioned, optionally blur-guided denoising, and the comparison of picture and reconstruction.</summary>
    public ReconstructionSettings? Reconstruction { get; init; }

    /// <summary>How the planes become a map and a score.</summary>
    public MapSettings Map { get; init; } = new();

    /// <summary>What good pictures have, as <see cref="Map"/> needs it.</summary>
    public MapConstants Constants { get; init; } = new();

    /// <summary>Names of the planes it reads, in order.</summary>
    [YamlIgnore]
    public IReadOnlyList<string> Planes =>
        TScales is { } scales ? [.. scales.Timesteps.Select(scales.PlaneName)] : Reconstruction is { } rebuilt ? rebuilt.Planes : LogOdds ? [LogOddsPlane] : Memory ? [MemoryPlane] : [];

    /// <summary>One word for people.</summary>
    [YamlIgnore]
    public string Name => TScales is not null ? "t_scales" : Reconstruction is not null ? "reconstruction" : Memory ? MemoryPlane : LogOddsPlane;

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    [YamlIgnore]
    public int Evaluations => TScales?.Evaluations ?? Reconstruction?.Evaluations ?? 1;

    /// <summary>Whether each plane is divided by its median; probabilities and distances to good features are not.</summary>
    internal bool IsDivided => Map.Relative && !LogOdds && !Memory;

    internal const string LogOddsPlane = "log_odds", MemoryPlane = "memory";
}
