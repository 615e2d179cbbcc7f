using Edge.CommandLine;

namespace Edge.Bench;

/// <summary>What became of the good pictures at one strength of a perturbation.</summary>
/// <param name="Kind">What changed them.</param>
/// <param name="Strength">How much.</param>
/// <param name="Score">Their median score.</param>
/// <param name="Rejected">How many of them were rejected.</param>
internal sealed record RobustnessStep(Perturbation Kind, double Strength, double Score, int Rejected);
