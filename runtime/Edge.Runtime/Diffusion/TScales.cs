using System.Numerics;
using System.Numerics.Tensors;

namespace Edge.Runtime.Diffusion;

/// <summary>
/// T scales (Teng et al., arXiv 2211.16092): the score of a picture, read at a few noise levels, each on its own, instead of a whole
/// reverse chain. A scale's result depends on the picture, its t, the mode and the seed, not on the scales read beside it.
/// </summary>
internal static class TScales
{
    /// <summary>
    /// Spoiled pixels are rarer on the line than in training, by a factor of e to this: log-odds less it are those of the line (Bayes), to an order
    /// of magnitude, which is all that matters. Probabilities can be averaged over a window, where log-odds cannot: how certain the network is of
    /// what is clearly good or clearly spoiled says nothing, and outweighs all else.
    /// </summary>
    internal const float Rarer = 4;

    /// <summary>The residual of each scale, signed.</summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="schedule">The schedule it was trained with.</param>
    /// <param name="x0">[C, H, W] the clean picture, in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="t">[T] indices into the schedule, one or more; evaluated as one batch.</param>
    /// <param name="mode">What is read.</param>
    /// <param name="seed">Seed of the noise; of no effect in <see cref="TScaleMode.Noiseless"/>.</param>
    /// <param name="scratch">Working memory.</param>
    /// <param name="residuals">[T, C, H, W] receives the residuals.</param>
    /// <exception cref="ArgumentException">A t lies outside the schedule, or a span's length does not fit the shape.</exception>
    public static void Residuals(IDenoiser denoiser, NoiseSchedule schedule, ReadOnlySpan<float> x0, PictureShape shape, ReadOnlySpan<int> t,
        TScaleMode mode, ulong seed, DiffusionScratch scratch, Span<float> residuals)
    {
        var n = shape.Length;
        if (t.IsEmpty)
            throw new ArgumentException("at least one t is needed", nameof(t));
        if (x0.Length != n)
            throw new ArgumentException($"the picture has {x0.Length} values, its shape {n}", nameof(x0));
        if (residuals.Length != t.Length * n)
            throw new ArgumentException($"{t.Length} scales of {n} values need {t.Length * n}, not {residuals.Length}", nameof(residuals));

        var x = scratch.X(residuals.Length);
        var index = scratch.T(t.Length);
        for (var k = 0; k < t.Length; k++)
        {
            index[k] = t[k];
            var (a, b) = ((float)schedule.SqrtAbar(t[k]), (float)schedule.SqrtOneMinusAbar(t[k]));
            if (mode == TScaleMode.Noiseless)
            {
                Scale(a, x0, x.Slice(k * n, n));
                continue;
            }
            Blend(a, x0, b, scratch.Noise(seed, NoiseStream.Scale(t[k]), n), x.Slice(k * n, n));
        }

        denoiser.Predict(x, index, shape, residuals);
        switch (mode)
        {
            case TScaleMode.Noised:
                for (var k = 0; k < t.Length; k++)
                {
                    var r = residuals.Slice(k * n, n);
                    Blend(1, r, -1, scratch.Noise(seed, NoiseStream.Scale(t[k]), n), r);
                }
                break;
            case TScaleMode.Score:
                for (var k = 0; k < t.Length; k++)
                    Scale((float)(-1 / schedule.SqrtOneMinusAbar(t[k])), residuals.Slice(k * n, n), residuals.Slice(k * n, n));
                break;
            case TScaleMode.Difference:
                Difference(denoiser, schedule, shape, t, x, index, seed, scratch, residuals);
                break;
        }
    }

    /// <summary>The energy of each scale: a_t = the mean over the channels of the squared residual.</summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="schedule">The schedule it was trained with.</param>
    /// <param name="x0">[C, H, W] the clean picture, in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="t">[T] indices into the schedule, one or more; evaluated as one batch.</param>
    /// <param name="mode">What is read.</param>
    /// <param name="seed">Seed of the noise; of no effect in <see cref="TScaleMode.Noiseless"/>.</param>
    /// <param name="scratch">Working memory.</param>
    /// <param name="maps">[T, H, W] receives the energies, 0 or more, not smoothed.</param>
    /// <exception cref="ArgumentException">A t lies outside the schedule, or a span's length does not fit the shape.</exception>
    public static void Maps(IDenoiser denoiser, NoiseSchedule schedule, ReadOnlySpan<float> x0, PictureShape shape, ReadOnlySpan<int> t,
        TScaleMode mode, ulong seed, DiffusionScratch scratch, Span<float> maps)
    {
        if (maps.Length != t.Length * shape.Pixels)
            throw new ArgumentException($"{t.Length} maps of {shape.Pixels} pixels need {t.Length * shape.Pixels}, not {maps.Length}", nameof(maps));
        var residuals = scratch.Eps(t.Length * shape.Length);
        Residuals(denoiser, schedule, x0, shape, t, mode, seed, scratch, residuals);
        for (var k = 0; k < t.Length; k++)
            Energy(residuals.Slice(k * shape.Length, shape.Length), shape, maps.Slice(k * shape.Pixels, shape.Pixels));
    }

    /// <summary>Log-odds that pixels are corrupted become probabilities, in place: 1 / (1 + exp(<see cref="Rarer"/> - log-odds)).</summary>
    public static void Probability(Span<float> plane)
    {
        TensorPrimitives.Subtract(plane, Rarer, plane);
        TensorPrimitives.Sigmoid(plane, plane);
    }

    /// <summary>Turns the predictions for x_t into score differences; x is overwritten with xhat_t.</summary>
    private static void Difference(IDenoiser denoiser, NoiseSchedule schedule, PictureShape shape, ReadOnlySpan<int> t,
        Span<float> x, ReadOnlySpan<float> index, ulong seed, DiffusionScratch scratch, Span<float> first)
    {
        // xhat_t = sqrt(abar) x0hat + sqrt(1-abar) e with x0hat = (x_t - sqrt(1-abar) eps) / sqrt(abar), so sqrt(abar) cancels:
        // xhat_t = x_t - sqrt(1-abar) (eps - e).
        var n = shape.Length;
        var second = scratch.Second(first.Length);
        for (var k = 0; k < t.Length; k++)
        {
            var b = (float)schedule.SqrtOneMinusAbar(t[k]);
            Blend(1, x.Slice(k * n, n), -b, first.Slice(k * n, n), x.Slice(k * n, n));
            Blend(1, x.Slice(k * n, n), b, scratch.Noise(seed, NoiseStream.Scale(t[k]), n), x.Slice(k * n, n));
        }
        denoiser.Predict(x, index, shape, second);
        for (var k = 0; k < t.Length; k++)
        {
            var b = (float)(1 / schedule.SqrtOneMinusAbar(t[k]));
            Blend(b, second.Slice(k * n, n), -b, first.Slice(k * n, n), first.Slice(k * n, n));
        }
    }

    private static void Energy(ReadOnlySpan<float> residual, PictureShape shape, Span<float> map)
    {
        var pixels = shape.Pixels;
        var share = 1f / shape.Channels;
        var i = 0;
        for (; i <= pixels - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var c = 0; c < shape.Channels; c++)
            {
                var r = new Vector<float>(residual[(c * pixels + i)..]);
                sum += r * r;
            }
            (sum * new Vector<float>(share)).CopyTo(map[i..]);
        }
        for (; i < pixels; i++)
        {
            var sum = 0f;
            for (var c = 0; c < shape.Channels; c++)
                sum += residual[c * pixels + i] * residual[c * pixels + i];
            map[i] = sum * share;
        }
    }

    private static void Scale(float a, ReadOnlySpan<float> x, Span<float> result)
    {
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * new Vector<float>(a)).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = x[i] * a;
    }

    /// <summary>result = a x + b y; it may be x or y itself.</summary>
    internal static void Blend(float a, ReadOnlySpan<float> x, float b, ReadOnlySpan<float> y, Span<float> result)
    {
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * new Vector<float>(a) + new Vector<float>(y[i..]) * new Vector<float>(b)).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = x[i] * a + y[i] * b;
    }
}
