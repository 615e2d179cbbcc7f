using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Bench.Report;

/// <summary>A test picture as the page shows it; the pictures are data URIs.</summary>
/// <param name="Name">Its path within the data set.</param>
/// <param name="IsDefective">What the ground truth says.</param>
/// <param name="Result">What the profile says.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Heat">Its anomaly map and ground truth.</param>
/// <param name="Reconstruction">What a reconstructing profile takes it for; null where there is none.</param>
internal sealed record ShownPicture(string Name, bool IsDefective, InspectionResult Result, string Picture, string Heat, string? Reconstruction);
