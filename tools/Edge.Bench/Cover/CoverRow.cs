namespace Edge.Bench.Cover;

/// <summary>What <c>cover</c> says of one profile.</summary>
internal sealed record CoverRow
{
    /// <summary>The bundle's id.</summary>
    public required string Bundle { get; init; }

    /// <summary>The profile, with its precision.</summary>
    public required string Profile { get; init; }

    /// <summary>How many good pictures are covered.</summary>
    public required int Pictures { get; init; }

    /// <summary>The threshold, a score.</summary>
    public required double Threshold { get; init; }

    /// <summary>How many of the pictures are NG as they are.</summary>
    public required int Rejected { get; init; }

    /// <summary>What became of them under each cover, kind by kind in ascending share.</summary>
    public required IReadOnlyList<CoverStep> Steps { get; init; }
}
