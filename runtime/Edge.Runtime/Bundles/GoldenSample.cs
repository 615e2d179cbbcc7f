namespace Edge.Runtime.Bundles;

/// <summary>A picture kept with the bundle and the scores it must get on any machine, within the bundle's tolerance.</summary>
internal sealed record GoldenSample
{
    /// <summary>Its place, relative to the bundle's folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>SHA-256 of its content.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Expected score by profile and precision.</summary>
    public Dictionary<ProfileKey, double> Scores { get; init; } = [];
}
