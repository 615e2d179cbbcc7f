namespace Edge.Runtime.Scoring;

/// <summary>What the planes of normal pictures look like, zone by zone.</summary>
/// <param name="Mean">[planes, zones] mean over all their pixels.</param>
/// <param name="Deviation">[planes, zones] standard deviation over all their pixels, above 0.</param>
public sealed record PlaneConstants(IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation);
