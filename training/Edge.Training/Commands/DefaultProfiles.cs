using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Training.Onnx;

namespace Edge.Training.Commands;

/// <summary>The profiles every bundle starts with.</summary>
internal static class DefaultProfiles
{
    public const string Default = "t3";

    private static readonly List<double> Widths = [1, 2, 4, 8, 16];

    /// <summary>Profiles whose timesteps the network was trained on.</summary>
    public static IReadOnlyDictionary<string, Profile> For(int tMax) => new Dictionary<string, Profile>
    {
        ["t1"] = TScales(tMax, 25),
        ["t3"] = TScales(tMax, 8, 25, 50),
        ["t5"] = TScales(tMax, 8, 25, 50, 100, 200),
        ["reconstruct"] = Reconstruct(tMax, guidance: 0),
        ["guided"] = Reconstruct(tMax, guidance: 0.1),
    };

    private static Profile TScales(int tMax, params int[] timesteps) => new()
    {
        TScales = new TScaleSettings { Timesteps = [.. timesteps.Where(t => t < tMax)], Widths = Widths },
    };

    private static Profile Reconstruct(int tMax, double guidance) => new()
    {
        Reconstruction = new ReconstructionSettings
        {
            Sampler = new SamplerOptions { StartT = Math.Min(100, tMax - 1), Skip = 25, ConditionWeight = 2, GuidanceWeight = guidance },
            // On held-out fabric with synthetic defects the pixel distance found all there was; features of equal weight (1) lost 2 to
            // 10 points of AUROC, at a tenth of its weight none.
            Features = [UNetExporter.FeatureName(1)],
            PixelWeight = 10,
        },
    };
}
