using Edge.Bench.Metrics;
using Edge.Runtime.Inspection;

namespace Edge.Bench;

/// <summary>The test pictures of a set inspected with one profile: what every command that judges accuracy reads.</summary>
/// <param name="Row">The figures.</param>
/// <param name="Verdicts">One a picture, in the set's order.</param>
/// <param name="Good">Scores of the good pictures, ascending.</param>
/// <param name="Defective">Scores of the defective pictures, ascending.</param>
/// <param name="Pixels">All pixels ranked; null where no picture is defective.</param>
internal sealed record Evaluation(AccuracyRow Row, IReadOnlyList<Verdict> Verdicts, double[] Good, double[] Defective, PixelRanking? Pixels);
