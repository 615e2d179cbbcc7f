using System.Numerics;

namespace Edge.Runtime.Diffusion;

/// <summary>
/// Blur guidance: the sampling guidance of Hong et al. (arXiv 2210.00939) with its attention mask set to 1. What a blur of the estimated
/// picture takes away from the network's prediction is given back with a weight.
/// </summary>
internal static class BlurGuidance
{
    /// <summary>
    /// The degraded picture: x0hat = clip((x - sqrt(1-abar) e) / sqrt(abar), -1, 1); result = sqrt(abar) blur(x0hat) + sqrt(1-abar) e.
    /// </summary>
    /// <param name="x">[C, H, W] the picture at the level of <paramref name="abar"/>.</param>
    /// <param name="e">[C, H, W] the noise predicted in it.</param>
    /// <param name="abar">The level, in (0, 1).</param>
    /// <param name="shape">Shape of the picture.</param>
    /// <param name="blur">The blur.</param>
    /// <param name="scratch">Working memory.</param>
    /// <param name="result">[C, H, W] receives the degraded picture; may not overlap the inputs.</param>
    public static void Degrade(ReadOnlySpan<float> x, ReadOnlySpan<float> e, double abar, PictureShape shape, GaussianFilter blur,
        DiffusionScratch scratch, Span<float> result)
    {
        var (a, b) = ((float)Math.Sqrt(abar), (float)Math.Sqrt(1 - abar));
        var x0hat = scratch.Other(shape.Pixels);
        var row = scratch.Row(blur.ScratchLength(shape.Width));
        for (var c = 0; c < shape.Channels; c++)
        {
            var plane = new Range(c * shape.Pixels, (c + 1) * shape.Pixels);
            Estimate(x[plane], e[plane], a, b, x0hat);
            blur.Apply(x0hat, result[plane], row, shape.Width, shape.Height);
            TScales.Blend(a, result[plane], b, e[plane], result[plane]);
        }
    }

    /// <summary>The guided prediction e + s (e - e~), written over e~.</summary>
    /// <param name="e">The prediction for the picture.</param>
    /// <param name="s">Weight of the guidance.</param>
    /// <param name="degraded">e~, the prediction for the degraded picture; receives the result.</param>
    public static void Combine(ReadOnlySpan<float> e, float s, Span<float> degraded) => TScales.Blend(1 + s, e, -s, degraded, degraded);

    private static void Estimate(ReadOnlySpan<float> x, ReadOnlySpan<float> e, float a, float b, Span<float> x0hat)
    {
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var estimate = (new Vector<float>(x[i..]) - new Vector<float>(b) * new Vector<float>(e[i..])) / new Vector<float>(a);
            Vector.Min(Vector.Max(estimate, new Vector<float>(-1)), Vector<float>.One).CopyTo(x0hat[i..]);
        }
        for (; i < x.Length; i++)
            x0hat[i] = MathF.Min(MathF.Max((x[i] - b * e[i]) / a, -1), 1);
    }
}
