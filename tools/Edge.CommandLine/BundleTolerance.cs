using Edge.Runtime;
using Edge.Runtime.Bundles;

namespace Edge.CommandLine;

/// <summary>
/// What <c>edge-bench robustness --write</c> measured of a bundle's profiles: BUNDLE.tolerance.yaml, beside the bundle and never in it,
/// because no verdict depends on it.
/// </summary>
internal sealed record BundleTolerance
{
    private const int CurrentSchema = 1;

    /// <summary>Layout of the file; 1.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>The bundle's id.</summary>
    public string Bundle { get; init; } = "";

    /// <summary>The tolerance of each profile that was measured, by name and precision.</summary>
    public Dictionary<ProfileKey, Tolerance> Profiles { get; init; } = [];

    /// <summary>The file of a bundle.</summary>
    public static string PathOf(string bundleFolder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(bundleFolder)) + ".tolerance.yaml";

    /// <summary>Reads the file of a bundle; without a file there are no profiles in it.</summary>
    /// <exception cref="BundleException">The file is damaged or belongs to another bundle; the message names file and field.</exception>
    public static BundleTolerance Read(Bundle bundle)
    {
        var file = PathOf(bundle.Folder);
        if (!File.Exists(file))
            return new BundleTolerance { Bundle = bundle.Id };
        var read = BundleYaml.Read<BundleTolerance>(File.ReadAllText(file), file);
        Require(read.SchemaVersion == CurrentSchema, file, "schema_version", $"is {read.SchemaVersion}; this program reads {CurrentSchema}");
        Require(read.Bundle == bundle.Id, file, "bundle", $"is '{read.Bundle}'; the bundle beside it is '{bundle.Id}'");
        foreach (var (key, tolerance) in read.Profiles)
            Check(tolerance, file, $"profiles.{key}");
        return read;
    }

    /// <summary>Writes the file beside a bundle, whole or not at all.</summary>
    public void Write(string bundleFolder)
    {
        var file = PathOf(bundleFolder);
        File.WriteAllText(file + ".partial", BundleYaml.Write(this));
        File.Move(file + ".partial", file, overwrite: true);
    }

    private static void Check(Tolerance tolerance, string file, string profile)
    {
        Require(double.IsFinite(tolerance.Threshold) && tolerance.Threshold >= 0, file, $"{profile}.threshold",
            $"{tolerance.Threshold} is not a number from 0 up");
        Require(tolerance.Pictures >= 1, file, $"{profile}.pictures", $"{tolerance.Pictures} is below 1");
        foreach (var (kind, range) in tolerance.Ranges)
        {
            var field = $"{profile}.ranges.{kind.ToString().ToLowerInvariant()}";
            Require(Enum.IsDefined(kind), file, field, "is no perturbation");
            var (least, none, most) = Perturbations.Range(kind);
            Require(range.Low >= least && range.Low <= none && range.High >= none && range.High <= most, file, field,
                $"{range.Low} to {range.High} does not lie within {least}..{most} with {none} in it");
        }
    }

    private static void Require(bool holds, string file, string field, string problem)
    {
        if (!holds)
            throw new BundleException($"{file}: {field} {problem}; run edge-bench robustness --write again or delete the file.");
    }
}
