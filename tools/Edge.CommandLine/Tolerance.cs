namespace Edge.CommandLine;

/// <summary>How far good pictures may change before a profile rejects more of them than its threshold promises.</summary>
internal sealed record Tolerance
{
    /// <summary>The threshold it was measured at, a score; with another one it is an estimate.</summary>
    public double Threshold { get; init; }

    /// <summary>How many good pictures it was measured on.</summary>
    public int Pictures { get; init; }

    /// <summary>The strengths that are tolerated, by what changes the picture.</summary>
    public Dictionary<Perturbation, ToleranceRange> Ranges { get; init; } = [];
}
