namespace Edge.Training.Learning;

/// <summary>Where a training stands, after a step.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Share">Share of the whole, 0 to 1.</param>
/// <param name="Loss">Loss of the step.</param>
/// <param name="HeldOut">Newest loss on held-out pictures, if there is one.</param>
/// <param name="StepsPerSecond">Speed over the last steps.</param>
/// <param name="Left">Time left at this speed.</param>
internal sealed record TrainingProgress(long Step, double Share, double Loss, double? HeldOut, double StepsPerSecond, TimeSpan Left);
