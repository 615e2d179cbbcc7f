namespace Edge.Training.Learning;

/// <summary>A linear rise over the first steps, then half a cosine down to nothing (Loshchilov and Hutter, arXiv 1608.03983).</summary>
internal static class LearningRateSchedule
{
    private const int WarmupSteps = 50;

    /// <param name="peak">Highest learning rate.</param>
    /// <param name="step">Steps taken so far.</param>
    /// <param name="progress">Share of the training that is done, 0 to 1.</param>
    public static double At(double peak, long step, double progress) =>
        peak * Math.Min(1, (step + 1.0) / WarmupSteps) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1)));
}
