using Edge.Training.Data;

namespace Edge.Training.Tuning;

/// <summary>What a candidate finds on good pictures and the same pictures spoiled.</summary>
/// <param name="Candidate">The settings.</param>
/// <param name="Found">Which of the spoiled pictures lie above the threshold that rejects alpha of the good ones.</param>
/// <param name="ByKind">Detection of each kind of defect, 0 to 1.</param>
/// <param name="Margin">Median score of the spoiled pictures over the threshold; above 1 more than half are found.</param>
internal sealed record Outcome(Candidate Candidate, IReadOnlyList<bool> Found, double Margin, IReadOnlyDictionary<DefectKind, double> ByKind)
{
    /// <summary>Share of the spoiled pictures that are found, 0 to 1.</summary>
    public double Detection => Found.Count(f => f) / (double)Found.Count;
}
