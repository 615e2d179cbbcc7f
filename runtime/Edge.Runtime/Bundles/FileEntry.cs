namespace Edge.Runtime.Bundles;

/// <summary>A file of a bundle.</summary>
internal sealed record FileEntry
{
    /// <summary>Its place, relative to the bundle's folder, with forward slashes.</summary>
    public string Path { get; init; } = "";

    /// <summary>SHA-256 of its content, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";
}
