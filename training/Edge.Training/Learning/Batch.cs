namespace Edge.Training.Learning;

/// <summary>
/// What one step learns from: noised crops of good pictures, in which the network shall see the noise, and then crops without noise, most
/// of them spoiled, in which it shall see what is spoiled.
/// </summary>
/// <param name="Crops">[N, C, crop, crop], the noised ones first.</param>
/// <param name="T">[noised] timesteps.</param>
/// <param name="Noise">[noised, C, crop, crop], what the network should predict.</param>
/// <param name="Spoiled">[N - noised, 1, crop, crop], 1 where a pixel is spoiled.</param>
/// <param name="Weight">[N - noised, 1, crop, crop], 0 where a pixel says nothing.</param>
internal sealed record Batch(float[] Crops, float[] T, float[] Noise, float[] Spoiled, float[] Weight);
