using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Report;

/// <summary>Everything a report says.</summary>
internal sealed record ReportContent
{
    public required BundleManifest Bundle { get; init; }

    /// <summary>The data set's folder, as it was given.</summary>
    public required string Data { get; init; }

    /// <summary>The command line that made the report.</summary>
    public required string Command { get; init; }
    public required DateTime Created { get; init; }
    public required string Provider { get; init; }

    /// <summary>The figures of every profile.</summary>
    public required IReadOnlyList<AccuracyRow> Rows { get; init; }

    /// <summary>The profile whose curves and pictures are shown.</summary>
    public required Evaluation Shown { get; init; }

    /// <summary>Its calibration scores, ascending.</summary>
    public required ConformalScores Calibration { get; init; }

    /// <summary>What it withstands; null where nobody has measured it.</summary>
    public required Tolerance? Tolerance { get; init; }

    /// <summary>The profile whose reconstructions are shown; null where the bundle has none.</summary>
    public required string? ReconstructingProfile { get; init; }

    /// <summary>Good pictures with the highest scores.</summary>
    public required IReadOnlyList<ShownPicture> WorstGood { get; init; }

    /// <summary>Defective pictures with the lowest scores.</summary>
    public required IReadOnlyList<ShownPicture> WorstDefective { get; init; }

    /// <summary>Defective pictures with the highest scores.</summary>
    public required IReadOnlyList<ShownPicture> BestFound { get; init; }
}
