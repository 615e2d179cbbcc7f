namespace Edge.CommandLine;

/// <summary>Strengths of a perturbation, both ends included; the one that changes nothing lies within. Where it is an end, nothing was tolerated on
/// that side, or there is no such side.</summary>
internal sealed record ToleranceRange
{
    /// <summary>The least.</summary>
    public double Low { get; init; }

    /// <summary>The most.</summary>
    public double High { get; init; }
}
