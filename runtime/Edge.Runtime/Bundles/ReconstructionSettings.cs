using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Bundles;

/// <summary>
/// Conditioned, optionally blur-guided denoising and the comparison of picture and reconstruction (Amirian Varnousefaderani et al.;
/// DDAD, arXiv 2305.15956; SAG, Hong et al. 2023).
/// </summary>
public sealed record ReconstructionSettings
{
    /// <summary>How the picture is reconstructed.</summary>
    public SamplerOptions Sampler { get; init; } = new();

    /// <summary>Outputs of the feature network that are compared; none for a comparison of pixels only.</summary>
    public List<string> Features { get; init; } = [];

    /// <summary>Outputs of the bundle's backbone that are compared; their distances are added to those of <see cref="Features"/>.</summary>
    public List<string> BackboneFeatures { get; init; } = [];

    /// <summary>Whether the measurement has a plane of feature distance.</summary>
    internal bool ComparesFeatures => Features.Count + BackboneFeatures.Count > 0;

    /// <summary>Timestep at which the feature network reads both pictures.</summary>
    public int FeatureT { get; init; } = 10;
}
