using System.Globalization;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.CommandLine;

/// <summary>
/// What <c>edge-bench tune</c> found fastest for a bundle on one machine: BUNDLE.machine.yaml, beside the bundle and never in it, because a bundle is
/// the same everywhere. It changes how long an inspection takes and nothing else, and it counts on the machine it was made on only.
/// </summary>
internal sealed record MachineTuning
{
    private const int CurrentSchema = 1;

    /// <summary>Layout of the file; 1.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>The processor's model.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Processors the measuring process might use.</summary>
    public int Processors { get; init; }

    /// <summary>Version of ONNX Runtime.</summary>
    public string OnnxRuntime { get; init; } = "";

    /// <summary>The bundle's id.</summary>
    public string Bundle { get; init; } = "";

    /// <summary>The bundle's version.</summary>
    public string BundleVersion { get; init; } = "";

    /// <summary>The choice for each profile that was measured, by name and precision.</summary>
    public Dictionary<ProfileKey, ProfileTuning> Profiles { get; init; } = [];

    /// <summary>One for this machine and a bundle, without choices yet.</summary>
    public static MachineTuning Here(Bundle bundle) => new()
    {
        Cpu = Machine.CpuModel, Processors = Environment.ProcessorCount, OnnxRuntime = OnnxRuntimeLibrary.Version.ToString(),
        Bundle = bundle.Id, BundleVersion = bundle.Manifest.Version,
    };

    /// <summary>The file of a bundle.</summary>
    public static string PathOf(string bundleFolder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(bundleFolder)) + ".machine.yaml";

    /// <summary>The choice for a profile, where there is one and it was made here.</summary>
    /// <param name="bundleFolder">The folder beside which the file lies; it may be another than the one the bundle was read from.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="profile">A profile of it, in one precision.</param>
    /// <param name="note">One line for people: what was taken, or why nothing was; null where there is no file.</param>
    /// <exception cref="BundleException">The file is damaged.</exception>
    public static ProfileTuning? For(string bundleFolder, Bundle bundle, ProfileKey profile, out string? note)
    {
        note = null;
        if (Read(bundleFolder) is not { } tuning)
            return null;
        var file = PathOf(bundleFolder);
        if (tuning.DiffersFrom(Here(bundle)) is { } difference)
        {
            note = $"{file} is not used: {difference}; run edge-bench tune here";
            return null;
        }
        if (!tuning.Profiles.TryGetValue(profile, out var choice))
        {
            note = $"{file} is not used: it says nothing of profile {profile}; run edge-bench tune with it";
            return null;
        }
        note = string.Create(CultureInfo.InvariantCulture, $"{file}: {choice.Threads} thread{(choice.Threads == 1 ? "" : "s")}{(choice.Spinning ? ", spinning" : "")}");
        return choice;
    }

    /// <summary>Reads a bundle's file; null where there is none.</summary>
    /// <exception cref="BundleException">The file is damaged.</exception>
    public static MachineTuning? Read(string bundleFolder)
    {
        var file = PathOf(bundleFolder);
        if (!File.Exists(file))
            return null;
        var tuning = BundleYaml.Read<MachineTuning>(File.ReadAllText(file), file);
        if (tuning.SchemaVersion != CurrentSchema)
            throw new BundleException($"{file}: schema_version is {tuning.SchemaVersion}; this program reads {CurrentSchema}; run edge-bench tune again or delete the file.");
        foreach (var (key, choice) in tuning.Profiles)
            if (choice.Threads < 1)
                throw new BundleException($"{file}: profiles.{key}.threads is {choice.Threads}; it is 1 or more. Run edge-bench tune again or delete the file.");
        return tuning;
    }

    /// <summary>Writes the file beside a bundle, whole or not at all.</summary>
    public void Write(string bundleFolder)
    {
        var file = PathOf(bundleFolder);
        File.WriteAllText(file + ".partial", BundleYaml.Write(this));
        File.Move(file + ".partial", file, overwrite: true);
    }

    /// <summary>The first thing in which two machines or bundles differ, in words; null where the one's choices count for the other.</summary>
    public string? DiffersFrom(MachineTuning other)
    {
        (string What, string Mine, string Others)[] keys =
        [
            ("processor", Cpu, other.Cpu), ("number of processors", $"{Processors}", $"{other.Processors}"), ("ONNX Runtime", OnnxRuntime, other.OnnxRuntime),
            ("bundle", Bundle, other.Bundle), ("bundle version", BundleVersion, other.BundleVersion),
        ];
        return keys.FirstOrDefault(key => key.Mine != key.Others) is { What: { } what } different ? $"its {what} is {different.Mine}, here it is {different.Others}" : null;
    }
}
