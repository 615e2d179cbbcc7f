using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;
using Edge.Training.Onnx;

namespace Edge.Training.Commands;

/// <summary>The profiles every bundle starts with.</summary>
internal static class DefaultProfiles
{
    /// <summary>The profile whose settings are chosen for the pictures; the default of a bundle.</summary>
    public const string Tuned = "tuned";

    /// <summary>The profile that tuning starts from.</summary>
    public const string Start = "t3";

    /// <summary>The profile that reads the log-odds alone.</summary>
    public const string Logit = "logit";

    /// <summary>The profile that reads both, each with a map of its own.</summary>
    public const string Joint = "joint";

    /// <summary>The profile of one noise level.</summary>
    public const string Cheapest = "t1";

    /// <summary>The profile of one evaluation, and more where that leaves a doubt.</summary>
    public const string Cascade = "cascade";

    /// <summary>The profile that reconstructs from pixels alone.</summary>
    public const string Reconstruct = "reconstruct";

    /// <summary>The profile that reconstructs with settings chosen for the pictures.</summary>
    public const string TunedReconstruct = "tuned-reconstruct";

    private static readonly double[] Widths = [3, 9, 27];

    /// <summary>Of probabilities, which need no averaging over noise.</summary>
    private static readonly double[] NarrowWidths = [2, 6];

    private static MapSettings OfProbabilities { get; } = new() { TakeOut = false };

    /// <summary>A smoothing wider than this share of a picture's shorter side no longer says where.</summary>
    private const double WidestShare = 1 / 7.0;

    /// <summary>Pixels of 256x256 that a score looks at, and the fewest. Larger pictures get no more, so that a small defect counts.</summary>
    private const int TopPixels = 200, TopProbabilities = 20, TopBoth = 50, FewestPixels = 10;

    /// <param name="tMax">No profile reads the network at or above this timestep.</param>
    /// <param name="picture">Shape of a typical picture after scaling.</param>
    public static Dictionary<string, Profile> For(int tMax, PictureShape picture) => new Dictionary<string, Profile>
    {
        [Logit] = new() { TScales = new TScaleSettings { Logit = true }, Map = OfProbabilities },
        // One level is enough beside the log-odds; of 25, 50 and 100 the highest said best where, on aitex_02 and mtd.
        [Joint] = new() { TScales = Levels(tMax, 100) with { Logit = true }, Map = new MapSettings { Probability = OfProbabilities } },
        [Cheapest] = new() { TScales = Levels(tMax, 50) },
        [Start] = new() { TScales = Levels(tMax, 25, 50, 100) },
        ["t5"] = new() { TScales = Levels(tMax, 8, 25, 50, 100, 200) },
        [Reconstruct] = Rebuild(tMax, guidance: 0, []),
        ["guided"] = Rebuild(tMax, guidance: 0.1, [UNetExporter.FeatureName(1)]),
    }.ToDictionary(p => p.Key, p =>
    {
        var top = p.Value.Map.Probability is not null ? TopBoth : p.Value.TScales is { Logit: true } ? TopProbabilities : TopPixels;
        return p.Value with
        {
            Map = p.Value.TScales is { Planes: 1, Logit: true } ? Fitting(p.Value.Map, NarrowWidths)
                : Fitting(p.Value.Map, Widths) with { Probability = p.Value.Map.Probability is { } own ? Fitting(own, NarrowWidths) : null },
            TopPixels = Math.Clamp((int)Math.Round(top / (256.0 * 256) * picture.Pixels), FewestPixels, top),
        };

        MapSettings Fitting(MapSettings map, double[] widths) =>
            map with { Widths = [.. widths.Where(w => w == widths[0] || w <= WidestShare * Math.Min(picture.Height, picture.Width))] };
    });

    /// <summary>Those levels that the network knows; the highest it knows where that is none.</summary>
    private static TScaleSettings Levels(int tMax, params int[] timesteps) => new() { Timesteps = [.. timesteps.Where(t => t < tMax).DefaultIfEmpty(tMax - 1)] };

    /// <summary>
    /// On held-out fabric with synthetic defects the pixel distance found all there was; features of equal weight lost 2 to 10 points of
    /// AUROC, at a tenth of its weight none. So the cheaper profile compares pixels only; the whole method of the paper is the other.
    /// </summary>
    private static Profile Rebuild(int tMax, double guidance, List<string> features) => new()
    {
        Reconstruction = new ReconstructionSettings
        {
            Sampler = new SamplerOptions { StartT = Math.Min(100, tMax - 1), Skip = 25, ConditionWeight = 2, GuidanceWeight = guidance },
            Features = features,
        },
        Map = features.Count == 0 ? new MapSettings() : new MapSettings { Aggregation = MapAggregation.Weighted, Weights = [10, 1] },
    };
}
