using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Onnx.Quantising;

namespace Edge.Training.Commands;

/// <summary>Gives a bundle its eight-bit networks, and the profiles that use them: default, fast, t1 and t3 again, with constants and scores of their own.</summary>
internal static class Int8Profiles
{
    /// <summary>Added to a profile's name.</summary>
    public const string Suffix = "-int8";

    private static readonly string[] Sources = [DefaultProfiles.Default, DefaultProfiles.Fast, DefaultProfiles.Cheapest, DefaultProfiles.Three];

    /// <param name="folder">The bundle's files.</param>
    /// <param name="network">Its network.</param>
    /// <param name="preprocessing">How pictures are prepared for it.</param>
    /// <param name="profiles">Its profiles; int8 ones among them are replaced.</param>
    /// <param name="ranges">Good pictures for the ranges, best those it was trained on.</param>
    /// <param name="pictures">Good pictures for constants and scores.</param>
    /// <param name="log">Told of every step.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <returns>The network and profiles with what was added, and a report in Markdown.</returns>
    public static (NetworkManifest Network, Dictionary<string, Profile> Profiles, string Report) Add(string folder, NetworkManifest network, Preprocessing preprocessing,
        IReadOnlyDictionary<string, Profile> profiles, IReadOnlyList<TrainingPicture> ranges, CalibrationPictures pictures, Action<string> log, int depth = 0)
    {
        var wanted = Sources.Where(profiles.ContainsKey).ToDictionary(name => name + Suffix, name => profiles[name] with { Precision = Precision.Int8 });
        var (files, report) = NetworkQuantiser.Make(folder, network, wanted.Values.SelectMany(profile => profile.Timesteps).Distinct(), ranges, log);
        network = network with { Int8 = files };
        var all = profiles.Where(profile => profile.Value.Precision != Precision.Int8).ToDictionary();
        using var calibrator = new Calibrator(folder, network, preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }) { Depth = depth };
        log($"Calibrating {string.Join(", ", wanted.Keys)} ...");
        foreach (var (name, profile) in calibrator.Calibrate(wanted, pictures, progress: ProfileFactory.Steps(log)))
            all[name] = profile;
        return (network, all, report);
    }
}
