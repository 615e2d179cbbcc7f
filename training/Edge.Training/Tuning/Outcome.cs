namespace Edge.Training.Tuning;

/// <summary>What one answer finds.</summary>
/// <param name="Name">The answer, such as the timesteps of T scales.</param>
/// <param name="Auroc">Of good pictures against copies with synthetic defects, 0 to 1.</param>
/// <param name="Lower">Lower bound of the AUROC's difference from that of the first answer; 0 for that one.</param>
internal sealed record Outcome(string Name, double Auroc, double Lower);
