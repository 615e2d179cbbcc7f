using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Bundles;

/// <summary>The ranges every field of a bundle must lie in. The messages name file and field.</summary>
internal static class BundleRules
{
    public const int MaxScales = 8;

    /// <summary>A score's buffer holds as many values, so this bounds what a bundle can make a program allocate: 4 MB.</summary>
    public const int MaxTopPixels = 1_000_000;

    public static void Check(BundleManifest manifest, string path)
    {
        var network = manifest.Network;
        Require(manifest.Id.Length > 0, path, "id", "is missing");
        Require(manifest.Version.Length > 0, path, "version", "is missing");
        Require(network.PredictionType == "epsilon", path, "network.prediction_type", $"'{network.PredictionType}' is not epsilon");
        Require(network.BetaSchedule == "linear", path, "network.beta_schedule", $"'{network.BetaSchedule}' is not linear");
        Require(network.NumTrainTimesteps is >= 10 and <= 100_000, path, "network.num_train_timesteps", $"{network.NumTrainTimesteps} is outside 10..100000");
        Require(network is { BetaStart: > 0, BetaEnd: < 1 } && network.BetaStart <= network.BetaEnd, path, "network.beta_start and beta_end",
            $"{network.BetaStart} and {network.BetaEnd} are not ascending within 0..1");
        Require(network.Channels is 1 or 3, path, "network.channels", $"{network.Channels} is not 1 or 3");
        Require(network.SizeMultiple is >= 1 and <= 64, path, "network.size_multiple", $"{network.SizeMultiple} is outside 1..64");
        Require(network.TMax >= 1 && network.TMax <= network.NumTrainTimesteps, path, "network.t_max", $"{network.TMax} is outside 1..{network.NumTrainTimesteps}");
        Require(manifest.Preprocessing.Scale is > 0 and <= 1, path, "preprocessing.scale", $"{manifest.Preprocessing.Scale} is not above 0 and at most 1");
        Require(manifest.Preprocessing.Tile is >= 64 and <= 8192, path, "preprocessing.tile", $"{manifest.Preprocessing.Tile} is outside 64..8192");
        Require(manifest.Alpha is > 0 and < 1, path, "alpha", $"{manifest.Alpha} is not between 0 and 1");
        Require(manifest.GoldenTolerance is > 0 and < 1, path, "golden_tolerance", $"{manifest.GoldenTolerance} is not between 0 and 1");
        Require(manifest.Profiles.Count > 0, path, "profiles", "is empty");
        Require(manifest.Profiles.ContainsKey(manifest.DefaultProfile), path, "default_profile",
            $"'{manifest.DefaultProfile}' is none of {string.Join(", ", manifest.Profiles.Keys)}");
        Require(network.Int8.Keys.All(t => t >= 0 && t < network.TMax), path, "network.int8", $"[{string.Join(", ", network.Int8.Keys)}] leaves 0..{network.TMax - 1}, the timesteps the network was trained on");
        if (network.Backbone is { } backbone)
        {
            Require(backbone.Mean.Count is 1 or 3 && backbone.Mean.All(m => m is >= 0 and <= 1), path, "network.backbone.mean", "must hold 1 or 3 values of 0..1, one a channel");
            Require(backbone.Deviation.Count == backbone.Mean.Count && backbone.Deviation.All(d => d > 0 && double.IsFinite(d)), path, "network.backbone.deviation",
                $"must hold as many values as mean, {backbone.Mean.Count}, above 0");
        }
        if (manifest.Light is not { } light)
            return;
        Require(light.Brightness.Count > 0 && light.Brightness.All(b => b is >= 0 and <= 1), path, "light.brightness", "must hold values of 0..1");
        Require(light.Sharpness.All(s => float.IsFinite(s) && s >= 0), path, "light.sharpness", "holds a value that is not a number from 0 up");
        Require(light.Sharpness.Count == light.Brightness.Count, path, "light.sharpness", $"has {light.Sharpness.Count} entries, brightness has {light.Brightness.Count}");
        CheckOptional(light.Contrast, light, path, "light.contrast");
        CheckOptional(light.Noise, light, path, "light.noise");
    }

    public static void Check(Profile profile, NetworkManifest network, string path)
    {
        Require(profile.TopPixels is >= 1 and <= MaxTopPixels, path, "top_pixels", $"{profile.TopPixels} is outside 1..{MaxTopPixels}");
        Require(new object?[] { profile.TScales, profile.Reconstruction, profile.Cascade }.Count(way => way is not null) == 1, path, "t_scales, reconstruction and cascade",
            "must have exactly one of them");
        if (profile.TScales is { } scales)
            Check(scales, network, path);
        if (profile.Precision == Precision.Int8)
            CheckInt8(profile.TScales, network, path);
        if (profile.Reconstruction is { } reconstruction)
            Check(reconstruction, network, path);

        if (profile.Cascade is null)
            CheckMaps(profile, path);

        var scores = profile.Calibration.Scores;
        Require(scores.Count > 0, path, "calibration.scores", "is empty");
        Require(scores.All(float.IsFinite), path, "calibration.scores", "holds a value that is not a number");
        Require(scores.Zip(scores.Skip(1)).All(p => p.First <= p.Second), path, "calibration.scores", "is not ascending");
    }

    private static void CheckInt8(TScaleSettings? scales, NetworkManifest network, string path)
    {
        Require(scales is { Mode: TScaleMode.Noiseless }, path, "precision", "int8 is for t_scales in mode noiseless, which the eight-bit networks are made for");
        Require(scales!.Asked.All(network.Int8.ContainsKey), path, "t_scales.timesteps",
            $"[{string.Join(", ", scales.Asked)}] asks for int8 networks that {BundleFolder.ManifestName} does not have; network.int8 has [{string.Join(", ", network.Int8.Keys)}]");
    }

    /// <summary>Checks a cascade against the profiles of its bundle, each of which is in order.</summary>
    public static void Check(CascadeSettings cascade, IReadOnlyDictionary<string, Profile> profiles, string path)
    {
        var plain = string.Join(", ", profiles.Where(p => p.Value.Cascade is null).Select(p => p.Key));
        foreach (var (field, name) in new[] { ("cascade.first", cascade.First), ("cascade.then", cascade.Then) })
        {
            Require(profiles.TryGetValue(name, out var profile), path, field, $"'{name}' is no profile of the bundle; name one of {plain}");
            Require(profile!.Cascade is null, path, field, $"'{name}' is a cascade itself; name one of {plain}");
            Require(profile.Calibration.Scores[0] > 0, path, field, $"'{name}' has a calibration score of {profile.Calibration.Scores[0]}; a cascade needs scores above 0");
        }
        Require(cascade.First != cascade.Then, path, "cascade.then", $"'{cascade.Then}' is cascade.first too; name another of {plain}");
        Require(cascade.From >= 0 && cascade.From <= cascade.To && cascade.To <= 1, path, "cascade.from and to", $"{cascade.From} and {cascade.To} are not ascending within 0..1");
        Require(cascade.Borderline is >= 0 and <= 1, path, "cascade.borderline", $"{cascade.Borderline} is outside 0..1");
    }

    private static void CheckOptional(List<float> values, LightCalibration light, string path, string field)
    {
        Require(values.All(v => v is >= 0 and <= 1), path, field, "holds a value outside 0..1");
        Require(values.Count == 0 || values.Count == light.Brightness.Count, path, field, $"has {values.Count} entries, brightness has {light.Brightness.Count}");
    }

    private static void Check(TScaleSettings scales, NetworkManifest network, string path)
    {
        var count = scales.Timesteps.Count;
        Require(scales.Planes >= 1 && count <= MaxScales, path, "t_scales.timesteps", $"has {count} entries, not 1..{MaxScales}");
        Require(scales.Timesteps.All(t => t >= 0 && t < network.TMax), path, "t_scales.timesteps",
            $"[{string.Join(", ", scales.Timesteps)}] leaves 0..{network.TMax - 1}, the range the network was trained on");
        Require(scales.Timesteps.Distinct().Count() == count, path, "t_scales.timesteps", "names a timestep twice");
    }

    private static void CheckMaps(Profile profile, string path)
    {
        var (map, constants) = (profile.Map, profile.Constants);
        if (map.Probability is not { } own)
        {
            Require(constants.Probability is null, path, "constants.probability", "is there, but map.probability is not");
            Check(map, constants, profile.Planes, path);
            return;
        }
        Require(profile.TScales is { Logit: true, Timesteps.Count: > 0 }, path, "map.probability", "is for t_scales that read timesteps and logit");
        Require(own.Probability is null, path, "map.probability.probability", "is there; probabilities have one map");
        Require(constants.Probability is not null, path, "constants.probability", "is missing, which map.probability needs");
        Check(map, constants, profile.Planes - 1, path);
        Check(own, constants.Probability!, 1, path, "probability.");
        CheckSurprisal(constants.Surprisal, path, "constants.surprisal");
        CheckSurprisal(constants.Probability!.Surprisal, path, "constants.probability.surprisal");
    }

    private static void CheckSurprisal(List<float> surprisal, string path, string field) =>
        Require(surprisal.Count == Surprisal.Count && surprisal.All(float.IsFinite) && surprisal.SkipLast(2).Zip(surprisal.Skip(1).SkipLast(2)).All(s => s.First < s.Second) && surprisal[^1] > 0, path, field,
            $"must hold {Surprisal.Count - 2} ascending numbers, one more, and one above 0; a bundle that an earlier version wrote is made anew from its training by 'edge-train export'");

    // "within" stands between map or constants and the field, with its dot.
    private static void Check(MapSettings map, MapConstants constants, int planes, string path, string within = "")
    {
        var (widths, values) = (map.Widths.Count, planes * ZoneLayout.Count(map.Zones));
        Require(widths is >= 1 and <= MaxScales && map.Widths.All(w => w is > 0 and <= 64) && map.Widths.Zip(map.Widths.Skip(1)).All(w => w.First < w.Second), path,
            $"map.{within}widths", $"must hold 1 to {MaxScales} widths, ascending, above 0 and at most 64");
        if (map.Aggregation == MapAggregation.Weighted)
            Require(map.Weights.Count == planes && map.Weights.All(w => w >= 0 && double.IsFinite(w)) && map.Weights.Sum() > 0, path, $"map.{within}weights",
                $"must hold {planes} weights, none negative, not all zero");
        Require(constants.Mean.Count == values && constants.Mean.All(double.IsFinite), path, $"constants.{within}mean", $"must hold {values} numbers");
        Require(constants.Deviation.Count == values && constants.Deviation.All(d => d > 0 && double.IsFinite(d)), path, $"constants.{within}deviation", $"must hold {values} numbers above 0");
        Require(constants.WidthMean.Count == widths && constants.WidthMean.All(float.IsFinite), path, $"constants.{within}width_mean", $"must hold {widths} numbers");
        Require(constants.WidthDeviation.Count == widths && constants.WidthDeviation.All(d => d > 0 && float.IsFinite(d)), path, $"constants.{within}width_deviation", $"must hold {widths} numbers above 0");
        Require(constants.WidthLimit.Count == widths && constants.WidthLimit.All(float.IsFinite), path, $"constants.{within}width_limit", $"must hold {widths} numbers");
    }

    private static void Check(ReconstructionSettings r, NetworkManifest network, string path)
    {
        if (r.Sampler.Problem(network.NumTrainTimesteps) is { } problem)
            throw new BundleException($"{path}: reconstruction.sampler.{problem}.");
        Require(r.Sampler.StartT < network.TMax, path, "reconstruction.sampler.start_t",
            $"{r.Sampler.StartT} is outside 1..{network.TMax - 1}, the range the network was trained on");
        Require(r.FeatureT >= 0 && r.FeatureT < network.TMax, path, "reconstruction.feature_t", $"{r.FeatureT} is outside 0..{network.TMax - 1}");
        Require(r.BackboneFeatures.Count == 0 || network.Backbone is not null, path, "reconstruction.backbone_features",
            $"names {string.Join(", ", r.BackboneFeatures)}, but the bundle has no network.backbone");
        Require(r.BackboneFeatures.Distinct().Count() == r.BackboneFeatures.Count, path, "reconstruction.backbone_features", "names an output twice");
    }

    private static void Require(bool holds, string path, string field, string problem)
    {
        if (!holds)
            throw new BundleException($"{path}: {field} {problem}.");
    }
}
