namespace Edge.Runtime.Bundles;

/// <summary>A good picture that was left out of a calibration because it is unlike all the others.</summary>
public sealed record SetAside
{
    /// <summary>The file's name.</summary>
    public string Picture { get; init; } = "";

    /// <summary>Its score beside the others.</summary>
    public float Score { get; init; }
}
