namespace Edge.Runtime.Bundles;

/// <summary>Where one statistic of good pictures lies. A picture outside is unlike any good one and is never OK.</summary>
internal sealed record GateRange
{
    /// <summary>
    /// The statistic: <c>brightness</c>, <c>contrast</c>, <c>sharpness</c> (each with <c>.red</c>, <c>.green</c>, <c>.blue</c> where there is colour),
    /// <c>median PLANE</c>, or <c>score READING</c>, the reading's score. A score above its range is a defect; no threshold is taken from it.
    /// </summary>
    public string Statistic { get; init; } = "";

    /// <summary>Lowest value that is accepted, in the statistic's own unit.</summary>
    public float Low { get; init; }

    /// <summary>Highest value that is accepted.</summary>
    public float High { get; init; }
}
