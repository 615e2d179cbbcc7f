using Edge.Runtime.Diffusion;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>
/// Conditioned, optionally blur-guided denoising and the comparison of picture and reconstruction (Amirian Varnousefaderani et al.;
/// DDAD, arXiv 2305.15956; SAG, Hong et al. 2023).
/// </summary>
internal sealed record ReconstructionSettings
{
    /// <summary>How the picture is reconstructed.</summary>
    public SamplerOptions Sampler { get; init; } = new();

    /// <summary>Outputs of the feature network that are compared; none for a comparison of pixels only.</summary>
    public List<string> Features { get; init; } = [];

    /// <summary>Timestep at which the feature network reads both pictures.</summary>
    public int FeatureT { get; init; } = 10;

    /// <summary>Evaluations of the network for a picture that is inspected whole; the feature network's two are counted.</summary>
    [YamlIgnore]
    public int Evaluations => Sampler.Evaluations + (Features.Count == 0 ? 0 : 2);

    /// <summary>Pixel distance and, where features are compared, feature distance.</summary>
    internal IReadOnlyList<string> Planes => Features.Count == 0 ? ["pixels"] : ["pixels", "features"];
}
