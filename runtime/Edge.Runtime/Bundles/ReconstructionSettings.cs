namespace Edge.Runtime.Bundles;

/// <summary>
/// Conditioned, optionally blur-guided denoising and the comparison of picture and reconstruction (Amirian Varnousefaderani et al.;
/// DDAD, arXiv 2305.15956; SAG, Hong et al. 2023).
/// </summary>
public sealed record ReconstructionSettings
{
    /// <summary>T': how far the picture is diffused before it is denoised.</summary>
    public int StartT { get; init; } = 100;

    /// <summary>Distance between the timesteps visited.</summary>
    public int Skip { get; init; } = 25;

    /// <summary>0 for the deterministic sampler, 1 for DDPM's noise.</summary>
    public double Eta { get; init; }

    /// <summary>w: how strongly each step is pulled towards the picture.</summary>
    public double ConditionWeight { get; init; }

    /// <summary>Noise at T' and first denoise one step below it, as DDAD's code does.</summary>
    public bool Compatible { get; init; }

    /// <summary>s: strength of the blur guidance; 0 for none.</summary>
    public double GuidanceWeight { get; init; }

    /// <summary>Guide the last so many steps only; 0 for all.</summary>
    public int GuidanceLastSteps { get; init; }

    /// <summary>Standard deviation of the guidance's blur, in pixels after scaling.</summary>
    public double BlurSigma { get; init; } = 9;

    /// <summary>Outputs of the feature network that are compared; none for a comparison of pixels only.</summary>
    public List<string> Features { get; init; } = [];

    /// <summary>Timestep at which the feature network reads both pictures.</summary>
    public int FeatureT { get; init; } = 10;

    /// <summary>v: weight of the pixel distance beside the feature distance.</summary>
    public double PixelWeight { get; init; } = 1;

    /// <summary>Standard deviation of the Gaussian that smooths the map, in pixels after scaling.</summary>
    public double Smoothing { get; init; } = 4;
}
