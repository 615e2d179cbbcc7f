using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Onnx.Quantising;

namespace Edge.Training.Commands;

/// <summary>Gives a bundle its eight-bit networks, and the profiles that use them: those of T scales again, with constants and scores of their own.</summary>
internal static class Int8Profiles
{
    /// <summary>Added to a profile's name.</summary>
    public const string Suffix = "-int8";

    private static readonly string[] Sources = [DefaultProfiles.Tuned, DefaultProfiles.Logit, DefaultProfiles.Cheapest, DefaultProfiles.Start];

    /// <param name="folder">The bundle's files.</param>
    /// <param name="network">Its network.</param>
    /// <param name="preprocessing">How pictures are prepared for it.</param>
    /// <param name="profiles">Its profiles; int8 ones among them are replaced.</param>
    /// <param name="pictures">Good pictures for the ranges, best those it was trained on.</param>
    /// <param name="heldOut">Files of good pictures that took no part in training, for constants and scores.</param>
    /// <param name="source">Where these come from, for the record.</param>
    /// <param name="log">Told of every step.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <returns>The network and profiles with what was added, and a report in Markdown.</returns>
    public static (NetworkManifest Network, Dictionary<string, Profile> Profiles, string Report) Add(string folder, NetworkManifest network, Preprocessing preprocessing,
        IReadOnlyDictionary<string, Profile> profiles, IReadOnlyList<TrainingPicture> pictures, IReadOnlyList<string> heldOut, string source, Action<string> log,
        int depth = 0)
    {
        var sources = Sources.Where(name => profiles.TryGetValue(name, out var profile) && profile.TScales is { Mode: TScaleMode.Noiseless }).ToDictionary(name => name, name => profiles[name]);
        var (files, report) = NetworkQuantiser.Make(folder, network, sources.Values.SelectMany(profile => profile.TScales!.Asked), pictures, log);
        network = network with { Int8 = files };
        var all = profiles.Where(profile => profile.Value.Precision != Precision.Int8).ToDictionary();
        using var calibrator = new Calibrator(folder, network, preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }) { Depth = depth };
        foreach (var (name, profile) in sources)
        {
            all[name + Suffix] = calibrator.Calibrate(profile with { Precision = Precision.Int8 }, heldOut, source);
            log($"Calibrated {name + Suffix} on {heldOut.Count} pictures.");
        }
        return (network, all, report);
    }
}
