namespace Edge.Runtime.Bundles;

/// <summary>The ranges every field of a bundle must lie in. The messages name file and field.</summary>
internal static class BundleRules
{
    public const int MaxScales = 8;

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
        if (manifest.Light is not { } light)
            return;
        Require(light.Brightness.Count > 0 && light.Brightness.All(b => b is >= 0 and <= 1), path, "light.brightness", "must hold values of 0..1");
        Require(light.Sharpness.All(s => float.IsFinite(s) && s >= 0), path, "light.sharpness", "holds a value that is not a number from 0 up");
        Require(light.Sharpness.Count == light.Brightness.Count, path, "light.sharpness", $"has {light.Sharpness.Count} entries, brightness has {light.Brightness.Count}");
    }

    public static void Check(Profile profile, NetworkManifest network, string path)
    {
        Require(profile.TopPixels >= 1, path, "top_pixels", $"{profile.TopPixels} is below 1");
        Require(profile.TScales is null != profile.Reconstruction is null, path, "t_scales and reconstruction", "must have exactly one of them");
        if (profile.TScales is { } scales)
            Check(scales, profile.Constants, network, path);
        if (profile.Reconstruction is { } reconstruction)
            Check(reconstruction, profile.Constants, network, path);

        var scores = profile.Calibration.Scores;
        Require(scores.Count > 0, path, "calibration.scores", "is empty");
        Require(scores.All(float.IsFinite), path, "calibration.scores", "holds a value that is not a number");
        Require(scores.Zip(scores.Skip(1)).All(p => p.First <= p.Second), path, "calibration.scores", "is not ascending");
    }

    private static void Check(TScaleSettings scales, MapConstants constants, NetworkManifest network, string path)
    {
        var count = scales.Timesteps.Count;
        Require(count is >= 1 and <= MaxScales, path, "t_scales.timesteps", $"has {count} entries, not 1..{MaxScales}");
        Require(scales.Timesteps.All(t => t >= 0 && t < network.TMax), path, "t_scales.timesteps",
            $"[{string.Join(", ", scales.Timesteps)}] leaves 0..{network.TMax - 1}, the range the network was trained on");
        Require(scales.Timesteps.Distinct().Count() == count, path, "t_scales.timesteps", "names a timestep twice");
        Require(scales.Widths.Count > 0 && scales.Widths.All(w => w is > 0 and <= 64), path, "t_scales.widths", "must hold widths above 0 and at most 64");
        if (scales.Map == TScaleMap.Mahalanobis)
        {
            var features = count * scales.Widths.Count;
            Require(constants.Mean.Count == features, path, "constants.mean", $"has {constants.Mean.Count} entries, {features} are needed");
            Require(constants.Precision.Count == features * features, path, "constants.precision", $"has {constants.Precision.Count} entries, {features * features} are needed");
        }
        else
        {
            Require(scales.Widths.Count == 1, path, "t_scales.widths", $"has {scales.Widths.Count} entries; this map takes one");
            Require(constants.Mean.Count == count, path, "constants.mean", $"has {constants.Mean.Count} entries, {count} are needed");
            Require(constants.StandardDeviation.Count == count && constants.StandardDeviation.All(s => s > 0), path, "constants.standard_deviation",
                $"must hold {count} values above 0");
        }
        if (scales.Map == TScaleMap.Weighted)
            Require(scales.Weights.Count == count && scales.Weights.All(w => w >= 0) && scales.Weights.Sum() > 0, path, "t_scales.weights",
                $"must hold {count} weights, none negative, not all zero");
        Require(constants.Mean.Concat(constants.Precision).All(double.IsFinite), path, "constants", "hold a value that is not a number");
    }

    private static void Check(ReconstructionSettings r, MapConstants constants, NetworkManifest network, string path)
    {
        Require(r.Sampler.StartT < network.TMax, path, "reconstruction.sampler.start_t",
            $"{r.Sampler.StartT} is outside 1..{network.TMax - 1}, the range the network was trained on");
        Require(r.Smoothing is > 0 and <= 64, path, "reconstruction.smoothing", $"{r.Smoothing} is not above 0 and at most 64");
        Require(r.FeatureT >= 0 && r.FeatureT < network.TMax, path, "reconstruction.feature_t", $"{r.FeatureT} is outside 0..{network.TMax - 1}");
        Require(r.PixelWeight is >= 0 and <= 1000, path, "reconstruction.pixel_weight", $"{r.PixelWeight} is outside 0..1000");
        Require(r.Features.Count == 0 || constants.FeatureToPixel > 0, path, "constants.feature_to_pixel", $"{constants.FeatureToPixel} is not above 0");
    }

    private static void Require(bool holds, string path, string field, string problem)
    {
        if (!holds)
            throw new BundleException($"{path}: {field} {problem}.");
    }
}
