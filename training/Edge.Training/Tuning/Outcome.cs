using Edge.Training.Data;

namespace Edge.Training.Tuning;

/// <summary>What a candidate finds on good pictures and the same pictures spoiled.</summary>
/// <param name="Candidate">The settings.</param>
/// <param name="Detection">Share of the spoiled pictures above the threshold that rejects alpha of the good ones, 0 to 1.</param>
/// <param name="Localisation">Mean over the spoiled pictures of the AUROC of their pixels, 0 to 1.</param>
/// <param name="ByKind">Detection of each kind of defect, 0 to 1.</param>
/// <param name="Margin">Median score of the spoiled pictures over the threshold; above 1 more than half are found.</param>
internal sealed record Outcome(Candidate Candidate, double Detection, double Localisation, double Margin, IReadOnlyDictionary<DefectKind, double> ByKind);
