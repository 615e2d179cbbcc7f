using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Bench.Ablation;

/// <summary>The parts of both papers, each on and off, on one network with one way from planes to map.</summary>
internal static class Variants
{
    private const int StartT = 100, Skip = 25;
    private const double Condition = 2, Guidance = 0.1;

    /// <param name="bundle">Lends maps; see <see cref="MapOf"/>.</param>
    public static IReadOnlyList<Variant> Of(Bundle bundle)
    {
        var network = bundle.Manifest.Network;
        var residual = MapOf(bundle, r => r.TScales is not null);
        var features = bundle.Profiles.SelectMany(key => bundle.Profile(key).Readings).Select(r => r.Reconstruction?.Features ?? []).FirstOrDefault(f => f.Count > 0, []);
        var variants = new List<Variant>
        {
            new("default", "the bundle's default profile", bundle.Profile()),
            New("scale_1", "one T scale, noiseless", TScales([50])),
            New("scales_2", "two T scales", TScales([25, 50])),
            New("scales_3", "three T scales", TScales([25, 50, 100])),
            New("scales_5", "five T scales", TScales([8, 25, 50, 100, 200])),
            New("noised", "three T scales, noise added and subtracted", TScales([25, 50, 100], TScaleMode.Noised)),
            New("score", "three T scales, the score itself as P0 writes it", TScales([25, 50, 100], TScaleMode.Score)),
            New("one_width", "three T scales, smoothed at the narrowest width alone", TScales([25, 50, 100]) is var one ? one with { Map = one.Map with { Widths = [one.Map.Widths[0]] } } : one),
            New("absolute", "three T scales, not divided by the picture's own median", TScales([25, 50, 100]) is var of ? of with { Map = of.Map with { Relative = false } } : of),
            New("rebuild", "reconstruction from a noised start, pixels", Rebuild(noiseless: false, 0, 0, [])),
            New("noiseless", "reconstruction from a start without noise, pixels", Rebuild(noiseless: true, 0, 0, [])),
            New("condition", "+ conditioning, pixels", Rebuild(noiseless: true, Condition, 0, [])),
            New("guide", "+ conditioning + blur guidance, pixels", Rebuild(noiseless: true, Condition, Guidance, [])),
        };
        if (features.Count > 0)
            variants.AddRange(
            [
                New("whole", "+ conditioning + blur guidance, pixels and features", Rebuild(noiseless: true, Condition, Guidance, features)),
                New("whole_noised", "the whole from a noised start", Rebuild(noiseless: false, Condition, Guidance, features)),
                New("whole_unconditioned", "the whole without conditioning", Rebuild(noiseless: true, 0, Guidance, features)),
                New("whole_unguided", "the whole without blur guidance", Rebuild(noiseless: true, Condition, 0, features)),
                New("features", "the whole, features alone", Rebuild(noiseless: true, Condition, Guidance, features) is var alone
                    ? alone with { Map = alone.Map with { Weights = [0, 1] } } : alone),
            ]);
        if (bundle.Profiles.Any(key => bundle.Profile(key).Readings.Any(r => r.LogOdds)))
        {
            var logOdds = new Reading { LogOdds = true, Map = MapOf(bundle, r => r.LogOdds) };
            variants.Add(New("log_odds", "log-odds alone", logOdds));
            variants.Add(New("log_odds_1", "log-odds and one T scale", TScales([100]), logOdds));
            variants.Add(New("log_odds_3", "log-odds and three T scales", TScales([25, 50, 100]), logOdds));
        }
        if (bundle.Profiles.Any(key => bundle.Profile(key).Readings.Any(r => r.Memory)))
        {
            var memory = new Reading { Memory = true, Map = MapOf(bundle, r => r.Memory) };
            variants.Add(New("memory", "memory alone", memory));
            variants.Add(New("memory_3", "memory and three T scales", TScales([25, 50, 100]), memory));
        }
        return variants;

        static Variant New(string name, string says, params Reading[] readings) => new(name, says, new Profile { Readings = [.. readings] });

        Reading TScales(int[] levels, TScaleMode mode = TScaleMode.Noiseless) => new()
        {
            TScales = new TScaleSettings { Timesteps = [.. levels.Where(t => t < network.TMax).DefaultIfEmpty(network.TMax - 1)], Mode = mode }, Map = residual,
        };

        Reading Rebuild(bool noiseless, double condition, double guidance, List<string> layers) => new()
        {
            Reconstruction = new ReconstructionSettings
            {
                Sampler = new SamplerOptions { StartT = Math.Min(StartT, network.TMax - 1), Skip = Skip, Noiseless = noiseless, ConditionWeight = condition, GuidanceWeight = guidance },
                Features = layers,
            },
            Map = residual,
        };
    }

    /// <summary>The map of the bundle's first reading of a kind, the default profile first, with equal weights.</summary>
    internal static MapSettings MapOf(Bundle bundle, Func<Reading, bool> kind)
    {
        Reading[] all = [.. bundle.Profile().Readings, .. bundle.Profiles.SelectMany(key => bundle.Profile(key).Readings)];
        return (all.FirstOrDefault(kind) ?? all[0]).Map with { Weights = [] };
    }
}
