using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Ablation;

/// <summary>The parts of both papers, each on and off, on one network with one way from planes to map.</summary>
internal static class Variants
{
    private const int StartT = 100, Skip = 25;
    private const double Condition = 2, Guidance = 0.1;

    /// <param name="bundle">Lends maps and scores: see <see cref="Lender"/>; of reconstructions, the profile that reads T scales.</param>
    public static IReadOnlyList<Variant> Of(Bundle bundle)
    {
        var standard = bundle.PlainProfile();
        var network = bundle.Manifest.Network;
        var (residual, logOdds, joint) = (Lender(bundle, [50], logit: false), Lender(bundle, [], logit: true), Lender(bundle, [50], logit: true));
        var features = bundle.ProfileNames.Select(n => bundle.Profile(n).Reconstruction?.Features ?? []).FirstOrDefault(f => f.Count > 0, []);
        var variants = new List<Variant>
        {
            new("default", "the bundle's default profile", standard),
            TScales("scale_1", "one T scale, noiseless", [50]),
            TScales("scales_2", "two T scales", [25, 50]),
            TScales("scales_3", "three T scales", [25, 50, 100]),
            TScales("scales_5", "five T scales", [8, 25, 50, 100, 200]),
            TScales("noised", "three T scales, noise added and subtracted", [25, 50, 100], TScaleMode.Noised),
            TScales("score", "three T scales, the score itself as P0 writes it", [25, 50, 100], TScaleMode.Score),
            new("one_width", "the default, smoothed at its narrowest width alone", standard with { Map = OneWidth(standard.Map) with { Probability = standard.Map.Probability is { } own ? OneWidth(own) : null } }),
            TScales("absolute", "three T scales, not divided by the picture's own median", [25, 50, 100], absolute: true),
            new("no_zones", "the default, one constant for border and inside", standard with { Map = standard.Map with { Zones = PlaneZones.None } }),
            Rebuild("rebuild", "reconstruction, pixels", 0, 0, []),
            Rebuild("condition", "+ conditioning, pixels", Condition, 0, []),
            Rebuild("guide", "+ conditioning + blur guidance, pixels", Condition, Guidance, []),
        };
        if (bundle.ProfileNames.Any(n => bundle.Profile(n).TScales is { Logit: true }))
            variants.AddRange([
                TScales("logit", "log-odds alone", [], logit: true),
                TScales("logit_1", "log-odds and one T scale", [50], logit: true),
                TScales("logit_3", "log-odds and three T scales", [25, 50, 100], logit: true),
                .. joint.Map.Probability is null ? Array.Empty<Variant>() : [
                TScales("joint_1", "log-odds and one T scale, each with a map of its own", [100], logit: true, ownMaps: true),
                TScales("joint_3", "log-odds and three T scales, each with a map of its own", [25, 50, 100], logit: true, ownMaps: true)],
            ]);
        if (features.Count > 0)
        {
            variants.Add(Rebuild("feature", "conditioning, features alone", Condition, 0, features, [0, 1]));
            variants.Add(Rebuild("both", "conditioning, pixels + features", Condition, 0, features, [1, 1]));
            variants.Add(Rebuild("whole", "P1 whole: conditioning + blur guidance, pixels + features", Condition, Guidance, features, [1, 1]));
        }
        return [.. variants.Where(v => v.Profile.TScales is null || v.Profile.TScales.Planes > 0)];

        Variant TScales(string name, string says, int[] levels, TScaleMode mode = TScaleMode.Noiseless, bool logit = false, bool absolute = false, bool ownMaps = false)
        {
            var lender = levels.Length == 0 ? logOdds : ownMaps ? joint : residual;
            return new Variant(name, says, new Profile
            {
                TScales = new TScaleSettings { Timesteps = [.. levels.Where(t => t < network.TMax)], Mode = mode, Logit = logit },
                Map = absolute ? lender.Map with { Relative = false } : lender.Map, TopPixels = lender.TopPixels,
            });
        }

        static MapSettings OneWidth(MapSettings map) => map with { Widths = [.. map.Widths.Take(1)] };

        Variant Rebuild(string name, string says, double condition, double guidance, List<string> layers, List<double>? weights = null) => new(name, says, new Profile
        {
            Reconstruction = new ReconstructionSettings
            {
                Sampler = new SamplerOptions { StartT = Math.Min(StartT, network.TMax - 1), Skip = Skip, ConditionWeight = condition, GuidanceWeight = guidance },
                Features = layers,
            },
            Map = weights is null ? residual.Map : residual.Map with { Aggregation = MapAggregation.Weighted, Weights = weights },
            TopPixels = residual.TopPixels,
        });
    }

    /// <summary>The profile whose map and score suit a reading: the default, of a cascade the first, or else the bundle's first that reads so, or else the
    /// default. Its map is of the planes' mean, so that it suits any number of them.</summary>
    internal static Profile Lender(Bundle bundle, int[] levels, bool logit)
    {
        var reading = new Profile { TScales = new TScaleSettings { Timesteps = [.. levels], Logit = logit } };
        Profile[] all = [bundle.PlainProfile(), .. bundle.ProfileNames.Select(bundle.PlainProfile)];
        var lender = all.FirstOrDefault(p => p.TScales is not null && p.ReadsAs(reading), all[0]);
        return lender with { Map = lender.Map with { Aggregation = MapAggregation.Mean, Weights = [], Probability = levels.Length > 0 && logit ? lender.Map.Probability : null } };
    }
}
