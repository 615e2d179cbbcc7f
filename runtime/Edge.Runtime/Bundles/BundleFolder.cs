using System.Security.Cryptography;

namespace Edge.Runtime.Bundles;

/// <summary>The files of a bundle: safe names and hashes.</summary>
internal static class BundleFolder
{
    public const string ManifestName = "bundle.yaml";

    /// <summary>The full path of an entry, which must lie inside the folder, exist and have the hash the manifest gives.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="path">Relative path from the manifest.</param>
    /// <param name="sha256">Expected hash.</param>
    /// <param name="field">The manifest's field, for messages.</param>
    public static string Verify(string folder, string path, string sha256, string field)
    {
        var manifest = Path.Combine(folder, ManifestName);
        if (path.Length == 0)
            throw new BundleException($"{manifest}: {field}.path is missing.");
        if (Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            throw new BundleException($"{manifest}: {field}.path '{path}' leads out of the bundle; every file lies inside it.");
        var full = Path.Combine(folder, path);
        if (!File.Exists(full))
            throw new BundleException($"{full}: missing, but {field} in {ManifestName} names it; copy the whole bundle again.");
        var actual = Hash(full);
        if (actual != sha256)
            throw new BundleException($"{full}: damaged or changed: {field}.sha256 in {ManifestName} is {Short(sha256)}, the file's is {Short(actual)}; copy the bundle again.");
        return full;
    }

    /// <summary>Describes a file that is in its place.</summary>
    public static FileEntry Describe(string folder, string path) => new() { Path = path, Sha256 = Hash(Path.Combine(folder, path)) };

    public static string Hash(string path)
    {
        // In blocks of the default size, hashing 23 MB takes a third longer.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 18);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] + "..." : $"'{hash}'";
}
