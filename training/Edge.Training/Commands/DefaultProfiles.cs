using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Training.Commands;

/// <summary>The profiles of every bundle: what a user takes (default, fast) and what the papers vary (t1, t3, t5, reconstruct, guided).</summary>
internal static class DefaultProfiles
{
    /// <summary>All readings, each with its own calibrated scale. The default of a bundle.</summary>
    public const string Default = "default";

    /// <summary>The two readings that need no denoiser; where there are no log-odds, one noise level and the memory.</summary>
    public const string Fast = "fast";

    /// <summary>T scales at one level.</summary>
    public const string Cheapest = "t1";

    /// <summary>T scales at three levels.</summary>
    public const string Three = "t3";

    /// <summary>
    /// The levels of the default's T scales that are tried, first what is kept where no difference is seen. Fine grain shows at low noise, coarse shape at high. One level
    /// in the middle found as much as two on all of seven sets, for half the time (docs/research-log.md).
    /// </summary>
    public static readonly int[][] Levels = [[50], [8], [25], [100], [150], [250], [8, 25], [25, 100], [100, 200]];

    /// <summary>Log-odds learned from less than this many pixels of good material know it by heart: with a tenth of it the shipped bundle rejected five of eight new good pictures.</summary>
    private const long FewestPixels = 1_000_000;

    /// <summary>A smoothing wider than this share of a picture's shorter side no longer says where.</summary>
    private const double WidestShare = 1 / 7.0;

    private const int FewestTopPixels = 10;

    private static readonly double[] Widths = [3, 9, 27];

    /// <summary>Of probabilities, which need no averaging over noise.</summary>
    private static readonly double[] NarrowWidths = [2, 6];

    /// <summary>
    /// The ways to reconstruct that are tried, first what is kept where no difference is seen. All start without noise: the network then says what it would change of
    /// the picture itself. With noise 4 to 7 points of image AUROC are lost on mesh (docs/research-log.md).
    /// </summary>
    /// <param name="tMax">No profile reads the network at or above this timestep.</param>
    public static SamplerOptions[] Samplers(int tMax)
    {
        var usual = new SamplerOptions { StartT = Math.Min(100, tMax - 1), Skip = 25, Noiseless = true, ConditionWeight = 2 };
        SamplerOptions[] others = [usual with { ConditionWeight = 0 }, usual with { StartT = 200, Skip = 50, ConditionWeight = 4 }];
        return [usual, .. others.Where(other => other.StartT < tMax)];
    }

    /// <param name="levels">Levels of the default's T scales.</param>
    /// <param name="sampler">How pictures are reconstructed, without guidance.</param>
    /// <param name="tMax">No profile reads the network at or above this timestep.</param>
    /// <param name="picture">Shape of a typical picture after scaling.</param>
    /// <param name="pixels">Pixels of good material that were trained on.</param>
    /// <param name="layer">The frozen features' layer that is compared.</param>
    public static Dictionary<ProfileKey, Profile> For(int[] levels, SamplerOptions sampler, int tMax, PictureShape picture, long pixels, string layer)
    {
        Reading[] logOdds = pixels >= FewestPixels ? [LogOdds(picture)] : [];
        var profiles = new Dictionary<ProfileKey, Profile>
        {
            [new(Default)] = Of([TScales(levels, tMax, picture), .. logOdds, Memory(picture)]),
            [new(Fast)] = Of(logOdds.Length > 0 ? [.. logOdds, Memory(picture)] : [TScales([levels[^1]], tMax, picture), Memory(picture)]),
            [new(Cheapest)] = Of(TScales([50], tMax, picture)),
            [new(Three)] = Of(TScales([25, 50, 100], tMax, picture)),
            [new("t5")] = Of(TScales([8, 25, 50, 100, 200], tMax, picture)),
            [new("memory")] = Of(Memory(picture)),
            [new("reconstruct")] = Of(Rebuild(sampler, picture)),
            [new("guided")] = Of(Rebuild(sampler with { GuidanceWeight = 0.1 }, picture, layer)),
        };

        if (logOdds.Length > 0)
            profiles[new("log_odds")] = Of(logOdds);
        return profiles;

        static Profile Of(params Reading[] readings) => new() { Readings = [.. readings] };
    }

    /// <summary>T scales at those levels that the network knows; at the highest it knows where that is none.</summary>
    public static Reading TScales(IReadOnlyList<int> levels, int tMax, PictureShape picture) => new()
    {
        TScales = new TScaleSettings { Timesteps = [.. levels.Where(t => t < tMax).DefaultIfEmpty(tMax - 1)] }, Map = Map(picture, Widths, 200),
    };

    private static Reading LogOdds(PictureShape picture) => new() { LogOdds = true, Map = Map(picture, NarrowWidths, 20) with { Relative = false, Suppress = false } };

    /// <summary>As PatchCore: smoothed with a Gaussian of 4 pixels, and the picture's score is close to the largest distance.</summary>
    private static Reading Memory(PictureShape picture) => new() { Memory = true, Map = Map(picture, [4], 20) with { Relative = false, Suppress = false } };

    /// <summary>Reconstruction, compared by pixels and by layers of the frozen features. The finest layer alone helps: on mesh the second and third lose what it gains.</summary>
    public static Reading Rebuild(SamplerOptions sampler, PictureShape picture, params List<string> layers) => new()
    {
        Reconstruction = new ReconstructionSettings { Sampler = sampler, Features = layers }, Map = Map(picture, Widths, 200),
    };

    /// <summary>Larger pictures get no more top pixels than one of 256x256, so that a small defect counts.</summary>
    private static MapSettings Map(PictureShape picture, double[] widths, int top) => new()
    {
        Widths = [.. widths.Where(w => w == widths[0] || w <= WidestShare * Math.Min(picture.Height, picture.Width))],
        TopPixels = Math.Clamp((int)Math.Round(top / (256.0 * 256) * picture.Pixels), FewestTopPixels, top),
    };
}
