namespace Edge.Runtime.Bundles;

/// <summary>The files of a profile: one for each precision it has.</summary>
internal sealed record ProfileEntry
{
    /// <summary>The file for fp32, relative to the bundle's folder, with forward slashes.</summary>
    public string Path { get; init; } = "";

    /// <summary>SHA-256 of its content, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The file for int8; null where the profile has no int8.</summary>
    public FileEntry? Int8 { get; init; }
}
