using System.Globalization;

namespace Edge.Runtime.Bundles;

/// <summary><c>bundle.yaml</c>: what a bundle is, what belongs to it and how it was made.</summary>
internal sealed record BundleManifest
{
    /// <summary>The schema this library writes and reads.</summary>
    public const int CurrentSchema = 5;

    /// <summary>Where the manifest of a bundle lies.</summary>
    /// <param name="folder">The bundle's folder.</param>
    public static string PathIn(string folder) => Path.Combine(folder, BundleFolder.ManifestName);

    /// <summary>Version of this file's layout.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>Name of what is inspected, for example "gravel".</summary>
    public string Id { get; init; } = "";

    /// <summary>Changes whenever network, constants or calibration change.</summary>
    public string Version { get; init; } = "";

    /// <summary>The same with a version and a date of now.</summary>
    internal BundleManifest Renewed()
    {
        var now = DateTime.UtcNow;
        return this with { Version = now.ToString("yyyyMMdd.HHmmss.fff", CultureInfo.InvariantCulture), Created = now.ToString("O", CultureInfo.InvariantCulture) };
    }

    /// <summary>When it was made, UTC, ISO 8601.</summary>
    public string Created { get; init; } = "";

    /// <summary>Version of the trainer that made it.</summary>
    public string TrainerVersion { get; init; } = "";

    /// <summary>The network and its files.</summary>
    public NetworkManifest Network { get; init; } = new();

    /// <summary>How a picture becomes the network's input.</summary>
    public Preprocessing Preprocessing { get; init; } = new();

    /// <summary>The profile used where none is asked for.</summary>
    public string DefaultProfile { get; init; } = "";

    /// <summary>False-reject rate where no other is asked for, 0 to 1, as <see cref="Scoring.ConformalScores"/> promises it.</summary>
    public double Alpha { get; init; }

    /// <summary>The profiles by name; each is a file of its own in every precision it has.</summary>
    public Dictionary<string, ProfileEntry> Profiles { get; init; } = [];

    /// <summary>Pictures with the scores they must get.</summary>
    public List<GoldenSample> GoldenSamples { get; init; } = [];

    /// <summary>Pictures of other products, that every profile must call NG. Black, white, grey, static, blurred and dark pictures are made of the first golden sample
    /// when they are needed, see <see cref="Inspection.NegativeControls"/>.</summary>
    public List<FileEntry> Others { get; init; } = [];

    /// <summary>Width of the pictures it was calibrated on, in pixels; 0 where they differ. A mask must have this size.</summary>
    public int PictureWidth { get; init; }

    /// <summary>Height of the pictures it was calibrated on, in pixels; 0 where they differ.</summary>
    public int PictureHeight { get; init; }

    /// <summary>How far a golden sample's score may be from the expected one, relative to it.</summary>
    public double GoldenTolerance { get; init; } = 0.01;

    /// <summary>Brightness, sharpness, contrast and noise of the calibration's pictures; null in bundles that do not know them, which <c>edge calibrate</c> mends.</summary>
    public LightCalibration? Light { get; init; }

    /// <summary>How the network was trained, for people to read.</summary>
    public Dictionary<string, string> Training { get; init; } = [];

    /// <summary>The files of <see cref="Profiles"/>, by name and precision.</summary>
    internal IEnumerable<(ProfileKey Key, FileEntry File)> ProfileFiles
    {
        get
        {
            foreach (var (name, entry) in Profiles)
            {
                yield return (new ProfileKey(name), new FileEntry { Path = entry.Path, Sha256 = entry.Sha256 });
                if (entry.Int8 is { } int8)
                    yield return (new ProfileKey(name, Precision.Int8), int8);
            }
        }
    }
}
