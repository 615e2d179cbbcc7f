namespace Edge.Runtime.Bundles;

/// <summary>A bundle that was read whole and found undamaged: a model on disk with everything a verdict depends on.</summary>
internal sealed class Bundle
{
    /// <summary>A bundle that changes during every one of so many readings is not read.</summary>
    private const int Attempts = 5;

    private readonly Dictionary<ProfileKey, Profile> profiles;

    private Bundle(string folder, BundleManifest manifest, Dictionary<ProfileKey, Profile> profiles, string hash)
    {
        (Folder, Manifest, this.profiles, Hash) = (folder, manifest, profiles, hash);
    }

    /// <summary>The folder it was read from.</summary>
    public string Folder { get; }

    /// <summary>The manifest.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>SHA-256 of the manifest, which holds the hashes of all else: it names this bundle exactly.</summary>
    public string Hash { get; }

    /// <summary>Name of what is inspected.</summary>
    public string Id => Manifest.Id;

    /// <summary>The profile used where none is asked for.</summary>
    public string DefaultProfile => Manifest.DefaultProfile;

    /// <summary>Names of the profiles there are. Each has fp32.</summary>
    public IReadOnlyList<string> ProfileNames => [.. Manifest.Profiles.Keys];

    /// <summary>The profiles in every precision they have.</summary>
    public IReadOnlyList<ProfileKey> Profiles => [.. profiles.Keys];

    /// <summary>Full path of the network's ONNX file.</summary>
    public string EpsPath => Path.Combine(Folder, Manifest.Network.Eps.Path);

    /// <summary>Full path of the ONNX file with activations.</summary>
    public string FeaturesPath => Path.Combine(Folder, Manifest.Network.Features.Path);

    /// <summary>Full paths of the golden samples.</summary>
    public IReadOnlyList<string> GoldenSamplePaths => [.. Manifest.GoldenSamples.Select(s => Path.Combine(Folder, s.Path))];

    /// <summary>Full paths of the pictures of other products.</summary>
    public IReadOnlyList<string> OtherPaths => [.. Manifest.Others.Select(o => Path.Combine(Folder, o.Path))];

    /// <summary>Every file that belongs to it, as paths within its folder: what a copy needs.</summary>
    public IReadOnlyList<string> Files =>
    [
        BundleFolder.ManifestName, .. Manifest.Network.Files.Select(file => file.Entry.Path),
        .. Manifest.ProfileFiles.Select(profile => profile.File.Path), .. Manifest.GoldenSamples.Select(sample => sample.Path),
        .. Manifest.Others.Select(other => other.Path),
    ];

    /// <summary>Reads a bundle and checks every file and field of it. A bundle that is replaced meanwhile is read again.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <exception cref="BundleException">Anything missing, unreadable, changed, out of range or from a newer version; the message names
    /// file and field.</exception>
    public static Bundle Load(string folder)
    {
        var path = Path.Combine(folder, BundleFolder.ManifestName);
        if (!Directory.Exists(folder))
            throw new BundleException($"{folder}: no such folder; a bundle is a folder with a {BundleFolder.ManifestName} in it.");
        if (!File.Exists(path))
            throw new BundleException($"{path}: missing; {folder} is not a bundle.");
        for (var attempt = 1; ; attempt++)
        {
            var manifest = BundleFolder.ReadBytes(path);
            try
            {
                return Load(folder, path, manifest);
            }
            catch (BundleException) when (attempt < Attempts && !BundleFolder.ReadBytes(path).AsSpan().SequenceEqual(manifest))
            {
                // The manifest that names the missing or changed file is no longer the bundle's.
            }
        }
    }

    private static Bundle Load(string folder, string path, byte[] bytes)
    {
        var text = BundleFolder.Text(bytes);
        var schema = BundleYaml.ReadSchemaVersion(text, path);
        if (schema > BundleManifest.CurrentSchema)
            throw new BundleException($"{path}: schema_version {schema} is newer than this program reads ({BundleManifest.CurrentSchema}); update Edge on this machine.");
        if (schema < BundleManifest.CurrentSchema)
            throw new BundleException($"{path}: schema_version is {schema}; this program reads {BundleManifest.CurrentSchema}; make it anew from its training with edge-train.");

        var manifest = BundleYaml.Read<BundleManifest>(text, path);
        BundleRules.Check(manifest, path);
        foreach (var (field, entry) in manifest.Network.Files)
            BundleFolder.Verify(folder, entry.Path, entry.Sha256, field);
        foreach (var (sample, i) in manifest.GoldenSamples.Select((s, i) => (s, i)))
            BundleFolder.Verify(folder, sample.Path, sample.Sha256, $"golden_samples[{i}]");

        foreach (var (other, i) in manifest.Others.Select((o, i) => (o, i)))
            BundleFolder.Verify(folder, other.Path, other.Sha256, $"others[{i}]");

        var profiles = new Dictionary<ProfileKey, Profile>();
        foreach (var (key, entry) in manifest.ProfileFiles)
        {
            var file = Path.Combine(folder, entry.Path);
            var field = $"profiles.{key.Name}" + (key.Precision == Precision.Fp32 ? "" : $".{PrecisionText.Of(key.Precision)}");
            profiles[key] = BundleYaml.Read<Profile>(BundleFolder.Read(folder, entry.Path, entry.Sha256, field), file);
            BundleRules.Check(profiles[key], key.Precision, manifest.Network, file);
            BundleRules.CheckAlike(profiles[key], profiles[new ProfileKey(key.Name)], file);
        }
        return new Bundle(folder, manifest, profiles, BundleFolder.Hash(bytes));
    }

    /// <summary>The key of what somebody asks for; the bundle need not have it.</summary>
    /// <param name="profile">A profile's name; null takes the default.</param>
    /// <param name="precision">A precision; null takes fp32.</param>
    public ProfileKey KeyFor(string? profile = null, Precision? precision = null) => new(profile ?? DefaultProfile, precision ?? Precision.Fp32);

    /// <summary>The default profile in fp32.</summary>
    public Profile Profile() => Profile(KeyFor());

    /// <summary>A profile in one precision.</summary>
    /// <exception cref="BundleException">The bundle has no such profile, or not in this precision; the message names those it has.</exception>
    public Profile Profile(ProfileKey key)
    {
        if (profiles.TryGetValue(key, out var profile))
            return profile;
        if (!Manifest.Profiles.ContainsKey(key.Name))
            throw new BundleException($"{Folder}: no profile '{key.Name}'; the bundle has {string.Join(", ", ProfileNames)}."
                + (ProfileKey.IsName(key.Name) ? "" : " The precision is asked for apart from the name."));
        var precision = PrecisionText.Of(key.Precision);
        string[] others = [.. profiles.Keys.Where(other => other.Precision == key.Precision).Select(other => other.Name)];
        var those = others.Length == 0 ? "no profile has it" : $"it is there for {string.Join(", ", others)}";
        throw new BundleException($"{Folder}: profile '{key.Name}' has no {precision}; {those}. Take fp32, or give the bundle {precision} with 'edge-train quantise'.");
    }
}
