using System.Text;

namespace Edge.Runtime.Bundles;

/// <summary>Writes the manifest and profiles of a bundle whose other files are in place.</summary>
internal static class BundleWriter
{
    private const string ProfileFolder = "profiles";

    /// <summary>
    /// Hashes the files the manifest names, writes the profiles under names of their own content and, last and at once, the manifest:
    /// whoever reads the folder meanwhile finds either the old bundle or the new one. Superseded profiles stay until the next save, for readers
    /// that have read the old manifest and not yet its profiles.
    /// </summary>
    /// <param name="manifest">The manifest; hashes and profile entries are filled in here.</param>
    /// <param name="profiles">The profiles by name and precision.</param>
    /// <param name="folder">The bundle's folder, with networks and golden samples in it.</param>
    /// <exception cref="ArgumentException">A profile is there in int8 and not in fp32.</exception>
    public static void Save(BundleManifest manifest, IReadOnlyDictionary<ProfileKey, Profile> profiles, string folder)
    {
        if (profiles.Keys.FirstOrDefault(key => !profiles.ContainsKey(new ProfileKey(key.Name))) is { Name: not null } lone)
            throw new ArgumentException($"Profile {lone} has no fp32 beside it; every profile of a bundle has.", nameof(profiles));
        Directory.CreateDirectory(Path.Combine(folder, ProfileFolder));
        var superseded = ProfilesIn(folder);
        var files = profiles.ToDictionary(p => p.Key, p => SaveProfile(p.Key, p.Value, folder));
        var entries = files.Where(file => file.Key.Precision == Precision.Fp32).ToDictionary(file => file.Key.Name, file => new ProfileEntry
        {
            Path = file.Value.Path, Sha256 = file.Value.Sha256, Int8 = files.GetValueOrDefault(new ProfileKey(file.Key.Name, Precision.Int8)),
        });

        var complete = manifest with
        {
            Network = manifest.Network with
            {
                Eps = BundleFolder.Describe(folder, manifest.Network.Eps.Path),
                LogOdds = Described(manifest.Network.LogOdds),
                Memory = Described(manifest.Network.Memory),
                Features = BundleFolder.Describe(folder, manifest.Network.Features.Path),
                Weights = BundleFolder.Describe(folder, manifest.Network.Weights.Path),
                Int8 = manifest.Network.Int8.ToDictionary(entry => entry.Key, entry => BundleFolder.Describe(folder, entry.Value.Path)),
            },
            GoldenSamples = [.. manifest.GoldenSamples.Select(s => s with { Sha256 = BundleFolder.Describe(folder, s.Path).Sha256 })],
            Others = [.. manifest.Others.Select(other => BundleFolder.Describe(folder, other.Path))],
            Profiles = entries,
        };
        Replace(Path.Combine(folder, BundleFolder.ManifestName), BundleYaml.Write(complete));

        var kept = files.Values.Concat(superseded).Select(e => Path.GetFullPath(Path.Combine(folder, e.Path))).ToHashSet();
        foreach (var file in Directory.GetFiles(Path.Combine(folder, ProfileFolder)))
            if (!kept.Contains(Path.GetFullPath(file)))
                File.Delete(file);

        FileEntry? Described(FileEntry? entry) => entry is null ? null : BundleFolder.Describe(folder, entry.Path);
    }

    private static FileEntry SaveProfile(ProfileKey key, Profile profile, string folder)
    {
        var name = key.Precision == Precision.Fp32 ? key.Name : $"{key.Name}-{PrecisionText.Of(key.Precision)}";
        var draft = Path.Combine(folder, ProfileFolder, $"{name}.yaml.new");
        var bytes = Encoding.UTF8.GetBytes(BundleYaml.Write(profile));
        File.WriteAllBytes(draft, bytes);
        var hash = BundleFolder.Hash(bytes);
        var path = $"{ProfileFolder}/{name}-{hash[..8]}.yaml";
        File.Move(draft, Path.Combine(folder, path), overwrite: true);
        return new FileEntry { Path = path, Sha256 = hash };
    }

    /// <summary>The profiles of the bundle that is in the folder now; none where there is no bundle that this program reads.</summary>
    private static IReadOnlyCollection<FileEntry> ProfilesIn(string folder)
    {
        var path = Path.Combine(folder, BundleFolder.ManifestName);
        try
        {
            return File.Exists(path)
                ? [.. BundleYaml.Read<BundleManifest>(BundleFolder.Text(BundleFolder.ReadBytes(path)), path).ProfileFiles.Select(profile => profile.File)]
                : [];
        }
        catch (BundleException)
        {
            return [];
        }
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
