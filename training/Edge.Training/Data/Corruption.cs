using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>
/// Spoils a crop where a random shape lies: what the log-odds are learnt by. Shape and filling are drawn apart from each other, from dots of
/// two pixels to half the crop and from faint to strong, wider than any list of known defects (after DRAEM, Zavrtanik et al., arXiv 2108.07610,
/// and CutPaste, Li et al., arXiv 2104.04015). It shares no code with <see cref="SyntheticDefects"/>, by which settings are chosen.
/// </summary>
internal static class Corruption
{
    /// <summary>A change below this, of a range of 2, is seen by nobody.</summary>
    private const float Faintest = 0.02f;

    /// <summary>A change is seen against texture where its mean over 5 x 5 pixels is this part of the crop's standard deviation.</summary>
    private const float AgainstTexture = 0.3f;

    private const int Neighbourhood = 2;

    /// <summary>Part of a crop that a defect covers at least if its pixels are to count once; those of smaller ones count more, by the root of their area.</summary>
    private const double UsualArea = 0.05;

    /// <summary>Spoils a crop in place, once more if it is spoiled already.</summary>
    /// <param name="crop">[C, side, side] in [-1, 1].</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="other">[C, side, side] a crop of some good picture, to take foreign texture from; overwritten.</param>
    /// <param name="draws">Decides everything.</param>
    /// <param name="mask">[side, side] 0 where the crop is as good as it was; becomes 1 where it is spoiled.</param>
    /// <param name="weight">[side, side] 1 where the mask is 0; becomes 0 where that is open to question, such as at a rim or where the change cannot be seen, and up to 8 in small defects.</param>
    public static void Spoil(Span<float> crop, int side, Span<float> other, ref Draws draws, Span<float> mask, Span<float> weight)
    {
        var pixels = side * side;
        var shape = new float[pixels];
        switch (draws.Below(5))
        {
            case 0 or 1:
                Ragged(shape, side, ref draws);
                break;
            case 2:
                Stroke(shape, side, ref draws);
                break;
            default:
                Ellipse(shape, side, ref draws);
                break;
        }

        var change = new float[pixels];
        var deviation = 0f;
        var filling = draws.Below(8);
        var tint = Tint.Draw(crop.Length / pixels, ref draws);
        // Structure is the same in all channels; how much lighter or darker it is may differ.
        var from = draws;
        for (var c = 0; c < tint.Length; c++)
        {
            draws = from;
            var plane = crop.Slice(c * pixels, pixels);
            var fill = other.Slice(c * pixels, pixels);
            deviation = Math.Max(deviation, Fill(filling, plane, side, fill, tint[c], ref draws));
            for (var i = 0; i < pixels; i++)
            {
                var spoiled = Math.Clamp(plane[i] + shape[i] * (fill[i] - plane[i]), -1, 1);
                change[i] = Math.Max(change[i], Math.Abs(spoiled - plane[i]));
                plane[i] = spoiled;
            }
        }
        Label(shape, change, side, Math.Max(Faintest, AgainstTexture * deviation), mask, weight);
    }

    /// <summary>Makes what the shape is filled with out of <paramref name="fill"/>, foreign texture, and <paramref name="plane"/>, the crop itself.</summary>
    /// <param name="kind">0 to 7: how.</param>
    /// <param name="plane">[side, side] one channel of the crop.</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="fill">[side, side] receives it.</param>
    /// <param name="tint">How much of the change of brightness this channel gets, -1 to 1.</param>
    /// <param name="draws">Decides the rest.</param>
    /// <returns>The crop's standard deviation.</returns>
    private static float Fill(int kind, ReadOnlySpan<float> plane, int side, Span<float> fill, float tint, ref Draws draws)
    {
        var (mean, deviation) = Moments(plane);
        var sign = (draws.Below(2) == 0 ? -1 : 1) * tint;
        var strength = (float)LogUniform(ref draws, 0.5, 5) * Math.Max(deviation, 0.02f);
        switch (kind)
        {
            case 0 or 1: // foreign texture, turned, at any brightness
                Transpose(fill, side);
                var (was, wide) = Moments(fill);
                var (factor, level) = ((float)LogUniform(ref draws, 0.5, 2) * deviation / Math.Max(wide, 1e-3f), mean + sign * strength * (float)draws.Unit());
                foreach (ref var v in fill)
                    v = (v - was) * factor + level;
                break;
            case 2: // its own texture from elsewhere
                var (dy, dx) = (draws.Below(side), draws.Below(side));
                for (var y = 0; y < side; y++)
                    for (var x = 0; x < side; x++)
                        fill[y * side + x] = plane[(y + dy) % side * side + (x + dx) % side];
                break;
            case 3: // one tone
                fill.Fill(mean + sign * strength);
                break;
            case 4 or 5: // darker or lighter, its texture kept
                for (var i = 0; i < fill.Length; i++)
                    fill[i] = plane[i] + sign * strength;
                break;
            case 6: // smeared
                Smooth(plane, side, 1 + draws.Below(5), fill);
                break;
            default: // grain of some size
                Grain(fill, side, ref draws);
                foreach (ref var v in fill)
                    v = mean + v * tint * strength;
                break;
        }
        return deviation;
    }

    /// <summary>Where gradient noise (Perlin) is high.</summary>
    private static void Ragged(Span<float> shape, int side, ref Draws draws)
    {
        Grain(shape, side, ref draws);
        var (level, opacity) = ((float)(0.8 + 1.2 * draws.Unit()), Opacity(ref draws));
        foreach (ref var v in shape)
            v = opacity * Math.Clamp(4 * (v - level) + 0.5f, 0, 1);
    }

    /// <summary>A line that wanders, from a scratch's even course to a crack's jagged one.</summary>
    private static void Stroke(Span<float> shape, int side, ref Draws draws)
    {
        var (length, half, opacity) = (LogUniform(ref draws, 5, 1.2 * side), LogUniform(ref draws, 0.4, 3), Opacity(ref draws));
        var (x, y, angle, bend, unrest) = (side * draws.Unit(), side * draws.Unit(), 2 * Math.PI * draws.Unit(), 0.0, LogUniform(ref draws, 0.01, 0.2));
        for (var s = 0.0; s < length; s += 0.5)
        {
            bend = 0.95 * bend + unrest * (draws.Unit() - 0.5);
            (x, y, angle) = (x + 0.5 * Math.Cos(angle), y + 0.5 * Math.Sin(angle), angle + bend);
            var reach = (int)(half + 2);
            for (var py = Math.Max(0, (int)y - reach); py <= Math.Min(side - 1, (int)y + reach); py++)
                for (var px = Math.Max(0, (int)x - reach); px <= Math.Min(side - 1, (int)x + reach); px++)
                {
                    var distance = Math.Sqrt((px - x) * (px - x) + (py - y) * (py - y));
                    ref var v = ref shape[py * side + px];
                    v = Math.Max(v, opacity * (float)Math.Clamp(half + 0.5 - distance, 0, 1));
                }
        }
    }

    /// <summary>An ellipse anywhere, also across the rim.</summary>
    private static void Ellipse(Span<float> shape, int side, ref Draws draws)
    {
        var (a, b, opacity) = (LogUniform(ref draws, 1.2, 0.3 * side), LogUniform(ref draws, 0.4, 2.5), Opacity(ref draws));
        var (cx, cy, turn, soft) = (side * draws.Unit(), side * draws.Unit(), Math.PI * draws.Unit(), LogUniform(ref draws, 0.7, 5));
        b = Math.Max(1.2, a * b);
        var (cos, sin, small) = (Math.Cos(turn), Math.Sin(turn), Math.Min(a, b));
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (u, v) = (((x - cx) * cos + (y - cy) * sin) / a, ((y - cy) * cos - (x - cx) * sin) / b);
                shape[y * side + x] = opacity * (float)Math.Clamp((1 - Math.Sqrt(u * u + v * v)) * small / soft + 0.5, 0, 1);
            }
    }

    /// <summary>Gradient noise (Perlin) of mean 0 and standard deviation 1, its grains 3 to 40 pixels long and wide.</summary>
    private static void Grain(Span<float> plane, int side, ref Draws draws)
    {
        var (width, height) = (LogUniform(ref draws, 3, 40), LogUniform(ref draws, 3, 40));
        var columns = (int)(side / width) + 2;
        var gradients = new (float X, float Y)[columns * ((int)(side / height) + 2)];
        foreach (ref var gradient in gradients.AsSpan())
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * draws.Unit());
            gradient = ((float)cos, (float)sin);
        }
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (gx, gy) = ((float)(x / width), (float)(y / height));
                var (cx, cy) = ((int)gx, (int)gy);
                var (u, v) = (gx - cx, gy - cy);
                var at = cy * columns + cx;
                plane[y * side + x] = float.Lerp(
                    float.Lerp(Slope(gradients[at], u, v), Slope(gradients[at + 1], u - 1, v), Fade(u)),
                    float.Lerp(Slope(gradients[at + columns], u, v - 1), Slope(gradients[at + columns + 1], u - 1, v - 1), Fade(u)), Fade(v));
            }
        var (mean, deviation) = Moments(plane);
        foreach (ref var v in plane)
            v = (v - mean) / Math.Max(deviation, 1e-6f);

        static float Slope((float X, float Y) gradient, float x, float y) => gradient.X * x + gradient.Y * y;
        static float Fade(float s) => s * s * s * (s * (6 * s - 15) + 10);
    }

    private static void Label(ReadOnlySpan<float> shape, ReadOnlySpan<float> change, int side, float visible, Span<float> mask, Span<float> weight)
    {
        var (nearby, marked, area) = (new float[change.Length], new bool[change.Length], 0);
        Smooth(change, side, Neighbourhood, nearby);
        for (var i = 0; i < mask.Length; i++)
        {
            marked[i] = shape[i] > 0.15f && Math.Max(change[i], nearby[i]) > visible;
            area += marked[i] ? 1 : 0;
        }
        // Pixel by pixel a stain would teach a thousand times what a speck does.
        var each = Math.Clamp((float)Math.Sqrt(UsualArea * mask.Length / Math.Max(area, 1)), 1, 8);
        for (var i = 0; i < mask.Length; i++)
            if (marked[i])
                (mask[i], weight[i]) = (1, each);
            else if (shape[i] > 0 && mask[i] == 0)
                weight[i] = 0;
    }

    /// <summary>The mean over a square of 2 radius + 1 pixels, cut at the rim.</summary>
    private static void Smooth(ReadOnlySpan<float> plane, int side, int radius, Span<float> result)
    {
        var rows = new float[plane.Length];
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (from, to) = (Math.Max(0, x - radius), Math.Min(side - 1, x + radius));
                var sum = 0f;
                for (var k = from; k <= to; k++)
                    sum += plane[y * side + k];
                rows[y * side + x] = sum / (to - from + 1);
            }
        for (var y = 0; y < side; y++)
        {
            var (from, to) = (Math.Max(0, y - radius), Math.Min(side - 1, y + radius));
            for (var x = 0; x < side; x++)
            {
                var sum = 0f;
                for (var k = from; k <= to; k++)
                    sum += rows[k * side + x];
                result[y * side + x] = sum / (to - from + 1);
            }
        }
    }

    private static void Transpose(Span<float> plane, int side)
    {
        for (var y = 0; y < side; y++)
            for (var x = 0; x < y; x++)
                (plane[y * side + x], plane[x * side + y]) = (plane[x * side + y], plane[y * side + x]);
    }

    private static (float Mean, float Deviation) Moments(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var v in values)
            (sum, squares) = (sum + v, squares + (double)v * v);
        var mean = sum / values.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / values.Length - mean * mean)));
    }

    private static float Opacity(ref Draws draws) => (float)Math.Min(1, 0.25 + draws.Unit());

    private static double LogUniform(ref Draws draws, double from, double to) => from * Math.Pow(to / from, draws.Unit());
}
