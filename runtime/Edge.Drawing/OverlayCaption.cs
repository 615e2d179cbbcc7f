namespace Edge.Drawing;

/// <summary>What an overlay says above its pictures.</summary>
/// <param name="IsDefect">NG (red) or OK (green).</param>
/// <param name="Score">The picture's score.</param>
/// <param name="Threshold">The score from which on a picture is NG; NaN when there is none.</param>
/// <param name="PValue">0..1, the share of good pictures at least as unusual; NaN when unknown.</param>
/// <param name="Profile">The profile that inspected.</param>
/// <param name="Name">The name of the picture or the part, in any script.</param>
internal sealed record OverlayCaption(bool IsDefect, double Score, double Threshold, double PValue, string Profile, string Name);
