namespace Edge.Runtime.Bundles;

/// <summary>How a reading's scores are spread over good pictures: a straight line up to <see cref="Start"/>, a generalised Pareto tail above it.</summary>
internal sealed record ScoreTail
{
    /// <summary>Where the tail begins, above 0.</summary>
    public float Start { get; init; } = 1;

    /// <summary>Share of good pictures above <see cref="Start"/>, between 0 and 1.</summary>
    public float Share { get; init; } = 0.5f;

    /// <summary>Scale of the tail, above 0.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Shape of the tail, above 0; the larger, the more often a good picture scores far above the others.</summary>
    public float Shape { get; init; } = 0.2f;
}
