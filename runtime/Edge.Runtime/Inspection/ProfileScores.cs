using Edge.Runtime.Bundles;

namespace Edge.Runtime.Inspection;

/// <summary>A calibrated profile with what it says of each picture of a calibration, for the cascades that refer to it.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Scores">The score of every picture, in their order, under constants the picture had no part in.</param>
/// <param name="Outliers">Indices of the pictures that were left out.</param>
public sealed record ProfileScores(Profile Profile, IReadOnlyList<float> Scores, IReadOnlyList<int> Outliers);
