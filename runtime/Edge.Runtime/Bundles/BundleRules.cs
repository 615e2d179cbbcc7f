using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Bundles;

/// <summary>The ranges every field of a bundle must lie in. The messages name file and field.</summary>
internal static class BundleRules
{
    public const int MaxScales = 8;

    private const int MaxReadings = 4;
    private const int MaxTopPixels = 1_000_000;

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
        foreach (var name in manifest.Profiles.Keys)
            Require(ProfileKey.IsName(name), path, "profiles",
                $"has the name '{name}'; a name is not empty and has no colon, which stands before a precision");
        Require(manifest.Profiles.ContainsKey(manifest.DefaultProfile), path, "default_profile",
            $"'{manifest.DefaultProfile}' is none of {string.Join(", ", manifest.Profiles.Keys)}");
        Require(manifest.PictureWidth >= 0 && manifest.PictureHeight >= 0, path, "picture_width and picture_height", "must be 0 or more");
        if (manifest.Light is not { } light)
            return;
        Require(light.Brightness.Count > 0 && light.Brightness.All(b => b is >= 0 and <= 1), path, "light.brightness", "must hold values of 0..1");
        Require(light.Sharpness.All(s => float.IsFinite(s) && s >= 0), path, "light.sharpness", "holds a value that is not a number from 0 up");
        Require(light.Sharpness.Count == light.Brightness.Count, path, "light.sharpness", $"has {light.Sharpness.Count} entries, brightness has {light.Brightness.Count}");
        CheckOptional(light.Contrast, light, path, "light.contrast");
        CheckOptional(light.Noise, light, path, "light.noise");
    }

    public static void Check(Profile profile, Precision precision, NetworkManifest network, string path)
    {
        Require(profile.Readings.Count is >= 1 and <= MaxReadings, path, "readings", $"has {profile.Readings.Count} entries, not 1..{MaxReadings}");
        for (var i = 0; i < profile.Readings.Count; i++)
            Check(profile.Readings[i], precision, network, path, $"readings[{i}]");
        Require(profile.Readings.Select(r => r.Name).Distinct().Count() == profile.Readings.Count, path, "readings", "names one kind of reading twice");

        var names = Gate.Names(profile.Readings, network.Channels);
        Require(profile.Gate.Select(range => range.Statistic).SequenceEqual(names), path, "gate", $"must name {string.Join(", ", names)}, in this order");
        Require(profile.Gate.All(range => float.IsFinite(range.Low) && float.IsFinite(range.High) && range.Low <= range.High), path, "gate", "has a range that is not ascending numbers");

        var calibration = profile.Calibration;
        Require(calibration.Scores.Count > 0, path, "calibration.scores", "is empty");
        Require(calibration.Scores.All(s => !float.IsNaN(s) && s >= 0), path, "calibration.scores", "holds a value that is not a number from 0 up");
        Require(calibration.Scores.Zip(calibration.Scores.Skip(1)).All(p => p.First <= p.Second), path, "calibration.scores", "is not ascending");
        Require(float.IsFinite(calibration.Scores[0]), path, "calibration.scores", "holds no finite score: every calibration picture is unlike the others");
        Require(calibration.Groups.Count == 0 || calibration.Groups.Count == calibration.Scores.Count, path, "calibration.groups",
            $"has {calibration.Groups.Count} entries, scores has {calibration.Scores.Count}");
        Require(calibration.Pictures.Count == 0 || calibration.Pictures.Count == calibration.Scores.Count, path, "calibration.pictures",
            $"has {calibration.Pictures.Count} entries, scores has {calibration.Scores.Count}");
    }

    /// <summary>A precision is a switch of a profile: what is read of a picture is the same in each.</summary>
    public static void CheckAlike(Profile profile, Profile fp32, string path)
    {
        string[] here = [.. profile.Readings.SelectMany(r => r.Planes)], there = [.. fp32.Readings.SelectMany(r => r.Planes)];
        Require(here.SequenceEqual(there), path, "readings", $"read {string.Join(", ", here)}; in fp32 the profile reads {string.Join(", ", there)}");
    }

    private static void Check(Reading reading, Precision precision, NetworkManifest network, string path, string field)
    {
        Require(new[] { reading.TScales is not null, reading.LogOdds, reading.Memory, reading.Reconstruction is not null }.Count(way => way) == 1, path,
            $"{field}.t_scales, log_odds, memory and reconstruction", "must have exactly one of them");
        Require(!reading.LogOdds || network.LogOdds is not null, path, $"{field}.log_odds", $"asks for a network that {BundleFolder.ManifestName} does not name (network.log_odds)");
        Require(!reading.Memory || network.Memory is not null, path, $"{field}.memory", $"asks for a network that {BundleFolder.ManifestName} does not name (network.memory)");
        if (reading.TScales is { } scales)
            Check(scales, network, path, $"{field}.t_scales");
        if (reading.Reconstruction is { } reconstruction)
            Check(reconstruction, network, path, $"{field}.reconstruction");
        if (precision == Precision.Int8)
        {
            Require(reading.LogOdds || reading.Memory || reading.TScales is { Mode: TScaleMode.Noiseless }, path, field,
                "cannot run in int8, which is for log_odds, memory and t_scales in mode noiseless: the eight-bit networks are made for these");
            Require(reading.Planes.All(network.Int8.ContainsKey), path, field,
                $"asks for int8 networks of [{string.Join(", ", reading.Planes)}]; network.int8 of {BundleFolder.ManifestName} has [{string.Join(", ", network.Int8.Keys)}]");
        }
        Check(reading.Map, reading.Constants, reading.Planes.Count, reading.IsDivided, path, field);
    }

    private static void CheckOptional(List<float> values, LightCalibration light, string path, string field)
    {
        Require(values.All(v => v is >= 0 and <= 1), path, field, "holds a value outside 0..1");
        Require(values.Count == 0 || values.Count == light.Brightness.Count, path, field, $"has {values.Count} entries, brightness has {light.Brightness.Count}");
    }

    private static void Check(TScaleSettings scales, NetworkManifest network, string path, string field)
    {
        var count = scales.Timesteps.Count;
        Require(count is >= 1 and <= MaxScales, path, $"{field}.timesteps", $"has {count} entries, not 1..{MaxScales}");
        Require(scales.Timesteps.All(t => t >= 0 && t < network.TMax), path, $"{field}.timesteps",
            $"[{string.Join(", ", scales.Timesteps)}] leaves 0..{network.TMax - 1}, the range the network was trained on");
        Require(scales.Timesteps.Distinct().Count() == count, path, $"{field}.timesteps", "names a timestep twice");
    }

    private static void Check(MapSettings map, MapConstants constants, int planes, bool relative, string path, string field)
    {
        var (widths, values, medians) = (map.Widths.Count, planes * BorderZones.Count, relative ? planes : 0);
        Require(widths is >= 1 and <= MaxScales && map.Widths.All(w => w is > 0 and <= 64) && map.Widths.Zip(map.Widths.Skip(1)).All(w => w.First < w.Second), path,
            $"{field}.map.widths", $"must hold 1 to {MaxScales} widths, ascending, above 0 and at most 64");
        Require(map.Weights.Count == 0 || (map.Weights.Count == planes && map.Weights.All(w => w >= 0 && double.IsFinite(w)) && map.Weights.Sum() > 0), path,
            $"{field}.map.weights", $"must hold {planes} weights, none negative, not all zero, or none");
        Require(map.TopPixels is >= 1 and <= MaxTopPixels, path, $"{field}.map.top_pixels", $"{map.TopPixels} is outside 1..{MaxTopPixels}");
        Require(constants.MedianLow.Count == medians && constants.MedianHigh.Count == medians && constants.MedianLow.Zip(constants.MedianHigh).All(m => m.First >= 0 && m.First <= m.Second && m.Second > 0
            && float.IsFinite(m.Second)), path, $"{field}.constants.median_low and median_high", $"must hold {medians} ascending pairs above 0");
        Require(constants.MedianUsual.Count == medians && constants.MedianUsual.All(m => m > 0 && float.IsFinite(m)), path, $"{field}.constants.median_usual",
            $"must hold {medians} numbers above 0");
        Require(constants.Mean.Count == values && constants.Mean.All(double.IsFinite), path, $"{field}.constants.mean", $"must hold {values} numbers");
        Require(constants.Deviation.Count == values && constants.Deviation.All(d => d > 0 && double.IsFinite(d)), path, $"{field}.constants.deviation", $"must hold {values} numbers above 0");
        Require(constants.PlaneWeight.Count == widths * planes && constants.PlaneWeight.All(w => w >= 0 && float.IsFinite(w)), path, $"{field}.constants.plane_weight",
            $"must hold {widths * planes} numbers, none negative");
        Require(constants.WidthMean.Count == widths && constants.WidthMean.All(float.IsFinite), path, $"{field}.constants.width_mean", $"must hold {widths} numbers");
        Require(constants.WidthDeviation.Count == widths && constants.WidthDeviation.All(d => d > 0 && float.IsFinite(d)), path, $"{field}.constants.width_deviation",
            $"must hold {widths} numbers above 0");
        Require(constants.WidthLimit.Count == widths && constants.WidthLimit.All(float.IsFinite), path, $"{field}.constants.width_limit", $"must hold {widths} numbers");
        var tail = constants.Tail;
        Require(tail is { Start: > 0, Scale: > 0, Shape: > 0 and < 1, Share: > 0 and < 1 } && float.IsFinite(tail.Start) && float.IsFinite(tail.Scale), path, $"{field}.constants.tail",
            "must have start and scale above 0, shape and share between 0 and 1");
    }

    private static void Check(ReconstructionSettings r, NetworkManifest network, string path, string field)
    {
        if (r.Sampler.Problem(network.NumTrainTimesteps) is { } problem)
            throw new BundleException($"{path}: {field}.sampler.{problem}.");
        Require(r.Sampler.StartT < network.TMax, path, $"{field}.sampler.start_t",
            $"{r.Sampler.StartT} is outside 1..{network.TMax - 1}, the range the network was trained on");
        Require(r.FeatureT >= 0 && r.FeatureT < network.TMax, path, $"{field}.feature_t", $"{r.FeatureT} is outside 0..{network.TMax - 1}");
    }

    private static void Require(bool holds, string path, string field, string problem)
    {
        if (!holds)
            throw new BundleException($"{path}: {field} {problem}.");
    }
}
