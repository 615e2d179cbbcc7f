namespace Edge.Training.Learning;

/// <summary>What one step learns from: noised crops, the noise in them and its timesteps.</summary>
/// <param name="Noised">[N, C, crop, crop].</param>
/// <param name="Noise">[N, C, crop, crop], what the network should predict.</param>
/// <param name="T">[N] timesteps.</param>
internal sealed record Batch(float[] Noised, float[] Noise, float[] T);
