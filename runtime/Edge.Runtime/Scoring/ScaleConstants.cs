namespace Edge.Runtime.Scoring;

/// <summary>What one T scale's smoothed map looks like on held-out normal pictures.</summary>
/// <param name="Mean">Mean over all their pixels.</param>
/// <param name="Deviation">Standard deviation over all their pixels, above 0.</param>
/// <param name="Weight">Weight in <see cref="MapAggregation.Weighted"/>, 0 or more.</param>
public readonly record struct ScaleConstants(float Mean, float Deviation, float Weight = 1);
