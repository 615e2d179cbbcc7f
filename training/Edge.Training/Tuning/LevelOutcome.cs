namespace Edge.Training.Tuning;

/// <summary>What T scales at some levels find.</summary>
/// <param name="Levels">Timesteps.</param>
/// <param name="Auroc">Of good pictures against copies with synthetic defects, 0 to 1.</param>
/// <param name="Lower">Lower bound of the AUROC's difference from that of the first levels; 0 for these.</param>
internal sealed record LevelOutcome(int[] Levels, double Auroc, double Lower);
