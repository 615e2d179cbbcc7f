using Edge.Runtime.Diffusion;
using Edge.Training.Data;

namespace Edge.Training.Learning;

/// <summary>
/// Draws the batch of a step: random crops, mirrored and exposed at random; half are noised, each at a timestep of its own, the others stay
/// without noise and most of them are spoiled. Everything is a function of (seed, step), so that a resumed run sees what the uninterrupted one would have seen.
/// </summary>
/// <param name="pictures">What to crop from.</param>
/// <param name="options">Batch, crop, flips and timesteps.</param>
/// <param name="schedule">The noise.</param>
/// <param name="seed">Decides all draws.</param>
/// <param name="variation">How far crops are turned, scaled and exposed; null for not at all.</param>
/// <param name="spread">Where above 0, the timesteps of so many batches together are spread evenly instead of drawn: the loss differs a
/// hundredfold between them, and a few drawn ones would say little about all.</param>
internal sealed class BatchSampler(IReadOnlyList<TrainingPicture> pictures, FitOptions options, NoiseSchedule schedule, ulong seed, PictureVariation? variation = null, int spread = 0)
{
    /// <summary>Streams 0, 1, ... hold the noise of steps 0, 1, ...; those from here on hold the draws of crops and timesteps.</summary>
    private const ulong DrawStreams = 1UL << 62;

    /// <summary>The rest of the crops without noise are good.</summary>
    private const double SpoiledShare = 0.8;

    /// <summary>A spoiled crop has one to so many defects: what is learnt from it grows with them, what it costs does not.</summary>
    private const int MostDefects = 3;

    /// <summary>Less than a pixel over a crop: not worth the interpolation.</summary>
    private const double LeastAngle = 0.01;

    private readonly PictureVariation variation = variation ?? PictureVariation.None;

    public Batch Draw(long step)
    {
        var (channels, side) = (options.Network.Channels, options.Crop);
        var length = channels * side * side;
        var noise = new float[options.Noised * length];
        PhiloxNoise.Fill(noise, seed, (ulong)step);

        var crops = new float[options.Batch * length];
        var t = new float[options.Noised];
        var spoiled = new float[(options.Batch - options.Noised) * side * side];
        var weight = new float[spoiled.Length];
        Array.Fill(weight, 1);
        for (var i = 0; i < options.Batch; i++)
        {
            var draws = new Draws(seed, DrawStreams + (ulong)step * (ulong)options.Batch + (ulong)i);
            var crop = crops.AsSpan(i * length, length);
            Crop(crop, sharp: i < options.Noised, ref draws);
            if (i < options.Noised)
            {
                var timestep = 1 + (spread == 0 ? draws.Below(options.TMax - 1) : (int)((step * options.Noised + i + 0.5) * (options.TMax - 1) / (spread * options.Noised)));
                t[i] = timestep;
                var (signal, deviation) = ((float)schedule.SqrtAbar(timestep), (float)schedule.SqrtOneMinusAbar(timestep));
                for (var k = 0; k < length; k++)
                    crop[k] = signal * crop[k] + deviation * noise[i * length + k];
                continue;
            }
            if (draws.Unit() < SpoiledShare)
            {
                var other = new float[length];
                var at = (i - options.Noised) * side * side;
                for (var defects = 1 + draws.Below(MostDefects); defects > 0; defects--)
                {
                    Crop(other, sharp: false, ref draws);
                    Corruption.Spoil(crop, side, other, ref draws, spoiled.AsSpan(at, side * side), weight.AsSpan(at, side * side));
                }
            }
        }
        return new Batch(crops, t, noise, spoiled, weight);
    }

    private void Crop(Span<float> crop, bool sharp, ref Draws draws)
    {
        var side = options.Crop;
        var picture = pictures[draws.Below(pictures.Count)];
        var (top, left) = (Place(picture.Shape.Height, side, ref draws), Place(picture.Shape.Width, side, ref draws));
        var (flipVertical, flipHorizontal) = (options.Flip && draws.Below(2) == 1, options.Flip && draws.Below(2) == 1);
        var (angle, scale) = (variation.Angle * (2 * draws.Unit() - 1), Math.Pow(variation.Scale, 2 * draws.Unit() - 1));
        // Interpolation softens, and how sharp good pictures are is what the denoiser shall know.
        if (options.VaryGeometry && !sharp && draws.Below(2) == 1 && (Math.Abs(angle) > LeastAngle || Math.Abs(scale - 1) > LeastAngle))
            picture.Warp(side, top, left, flipVertical, flipHorizontal, angle, scale, crop);
        else
            picture.Crop(side, top, left, flipVertical, flipHorizontal, crop);
        if (!options.VaryExposure)
            return;
        var own = picture.Exposure;
        // Towards black and white there is less room.
        var mean = own.Mean + (float)(variation.Brightness * (2 * draws.Unit() - 1)) * (1 - Math.Abs(own.Mean));
        var deviation = own.Deviation * (float)Math.Pow(variation.Contrast, 2 * draws.Unit() - 1);
        var channels = picture.Shape.Channels;
        for (var c = 0; c < channels; c++)
        {
            var shift = channels == 1 ? 0 : (float)(variation.ChannelBrightness * (2 * draws.Unit() - 1)) * (1 - Math.Abs(mean));
            picture.Expose(crop.Slice(c * side * side, side * side), mean + shift, deviation);
        }
    }

    /// <summary>
    /// Where a crop begins along a dimension. One drawn evenly of the places where it fits would hold the outermost row once in as many crops as there are places, and what is
    /// there, such as a part's edge, would hardly be learnt: so crops reach beyond the picture and are moved back to its rim.
    /// </summary>
    private static int Place(int extent, int side, ref Draws draws)
    {
        var (last, reach) = (Math.Max(0, extent - side), side / 4);
        return Math.Clamp(draws.Below(last + 2 * reach + 1) - reach, 0, last);
    }
}
