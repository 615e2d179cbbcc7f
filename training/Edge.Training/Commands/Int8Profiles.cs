using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Onnx.Quantising;

namespace Edge.Training.Commands;

/// <summary>Gives a bundle its eight-bit networks, and the profiles default, fast, t1 and t3 in int8, with constants and scores of their own.</summary>
internal static class Int8Profiles
{
    private static readonly string[] Names = [DefaultProfiles.Default, DefaultProfiles.Fast, DefaultProfiles.Cheapest, DefaultProfiles.Three];

    /// <param name="folder">The bundle's files.</param>
    /// <param name="network">Its network.</param>
    /// <param name="preprocessing">How pictures are prepared for it.</param>
    /// <param name="profiles">Its profiles; those in int8 are replaced.</param>
    /// <param name="ranges">Good pictures for the ranges, best those it was trained on.</param>
    /// <param name="pictures">Good pictures for constants and scores.</param>
    /// <param name="log">Told of every step.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <returns>The network and profiles with what was added, and a report in Markdown.</returns>
    public static (NetworkManifest Network, Dictionary<ProfileKey, Profile> Profiles, string Report) Add(string folder, NetworkManifest network, Preprocessing preprocessing,
        IReadOnlyDictionary<ProfileKey, Profile> profiles, IReadOnlyList<TrainingPicture> ranges, CalibrationPictures pictures, Action<string> log, int depth = 0)
    {
        var wanted = profiles.Where(profile => profile.Key.Precision == Precision.Fp32 && Names.Contains(profile.Key.Name))
            .ToDictionary(profile => profile.Key with { Precision = Precision.Int8 }, profile => profile.Value);
        var (files, report) = NetworkQuantiser.Make(folder, network, wanted.Values.SelectMany(profile => profile.Planes), ranges, log);
        network = network with { Int8 = files };
        var all = profiles.Where(profile => profile.Key.Precision != Precision.Int8).ToDictionary();
        using var calibrator = new Calibrator(folder, network, preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }) { Depth = depth };
        log($"Calibrating {string.Join(", ", wanted.Keys)} ...");
        foreach (var (key, profile) in calibrator.Calibrate(wanted, pictures, progress: ProfileFactory.Steps(log)))
            all[key] = profile;
        return (network, all, report);
    }
}
