namespace Edge.Runtime.Scoring;

/// <summary>What normal pictures look like, smoothed at one width.</summary>
/// <param name="Mean">Mean over all their pixels.</param>
/// <param name="Deviation">Standard deviation over all their pixels, above 0.</param>
/// <param name="Limit">Value that hardly a pixel of theirs exceeds (<see cref="ScaleSpace.LimitQuantile"/>): what does is explained at this width.</param>
public readonly record struct WidthConstants(float Mean, float Deviation, float Limit);
