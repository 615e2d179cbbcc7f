using System.Security.Cryptography;
using Edge.Runtime.Bundles;

namespace Edge.Fuzz.Targets;

/// <summary>A bundle whose manifest, or one of whose profiles, is damaged while every hash agrees with the file it belongs to.</summary>
internal sealed class BundleTarget : IFuzzTarget
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-fuzz-").FullName;
    private readonly string manifest;
    private readonly string profile;
    private readonly string profileHash;
    private readonly bool mutateProfile;

    public BundleTarget(bool mutateProfile)
    {
        this.mutateProfile = mutateProfile;
        // The shipped bundle, its networks cut to a few bytes: they are hashed at every load, and not read.
        var shipped = Bundle.Load("models/brick");
        foreach (var path in shipped.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), [1, 2, 3]);
        }
        var profiles = shipped.Profiles.ToDictionary(key => key, shipped.Profile);
        BundleWriter.Save(shipped.Manifest, profiles, folder);
        var texts = Directory.GetFiles(Path.Combine(folder, "profiles")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        if (mutateProfile)
            BundleWriter.Save(shipped.Manifest, profiles.Where(pair => pair.Key == shipped.KeyFor()).ToDictionary(), folder);
        manifest = File.ReadAllText(BundleManifest.PathIn(folder));
        profile = Directory.GetFiles(Path.Combine(folder, "profiles")).First();
        profileHash = Hash(File.ReadAllBytes(profile));
        Seeds = mutateProfile ? texts : [File.ReadAllBytes(BundleManifest.PathIn(folder))];
    }

    public IReadOnlyList<byte[]> Seeds { get; }

    public bool IsText => true;

    public bool Try(byte[] input)
    {
        File.WriteAllBytes(mutateProfile ? profile : BundleManifest.PathIn(folder), input);
        if (mutateProfile)
            File.WriteAllText(BundleManifest.PathIn(folder), manifest.Replace(profileHash, Hash(input)));
        _ = Bundle.Load(folder).Profile();
        return true;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
