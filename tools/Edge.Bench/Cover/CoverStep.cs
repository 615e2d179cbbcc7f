namespace Edge.Bench.Cover;

/// <summary>What became of the good pictures under one cover.</summary>
/// <param name="Kind">What covers them.</param>
/// <param name="Share">How much of each, above 0 and at most 1.</param>
/// <param name="Score">Their median score.</param>
/// <param name="Found">How many of them are NG, by score or as unlike any good picture.</param>
internal sealed record CoverStep(Covering Kind, double Share, double Score, int Found);
