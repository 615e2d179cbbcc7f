using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>Paints defects into good pictures: what choices are made by where no real defect may be looked at.</summary>
internal static class SyntheticDefects
{
    /// <summary>A pixel belongs to the defect where the picture changed by this much or more, of a range of 2.</summary>
    private const float Visible = 0.08f;

    /// <summary>Paints one defect.</summary>
    /// <param name="picture">A good picture.</param>
    /// <param name="kind">What to paint.</param>
    /// <param name="draws">Decides place, size and strength.</param>
    /// <returns>[C, H, W] the spoiled picture and [H, W] where it is spoiled.</returns>
    public static (float[] Values, bool[] Mask) Paint(TrainingPicture picture, DefectKind kind, ref Draws draws) => TryPaint(picture, kind, ref draws)
        ?? throw new PictureException($"{picture.Path}: no {kind.ToString().ToLowerInvariant()} can be made to show in this picture.");

    /// <summary>As <see cref="Paint"/>; null where no defect of the kind shows, such as a smear on a smooth surface.</summary>
    public static (float[] Values, bool[] Mask)? TryPaint(TrainingPicture picture, DefectKind kind, ref Draws draws)
    {
        var shape = picture.Shape;
        var good = picture.Values;
        var values = (float[])good.Clone();
        // A draw can fall where nothing shows, such as a dark spot on a dark stone; then another is made.
        for (var attempt = 0; attempt < 20; attempt++)
        {
            good.CopyTo(values, 0);
            var alpha = kind switch
            {
                DefectKind.Scratch => Scratch(shape, ref draws),
                DefectKind.Spot => Spot(shape, ref draws),
                DefectKind.Foreign => PerlinMask(shape, ref draws),
                _ => Ellipse(shape, ref draws),
            };
            var replacement = kind switch
            {
                DefectKind.Patch => Turned(good, shape, ref draws),
                DefectKind.Foreign => Noise(shape, ref draws),
                DefectKind.Blur => Blurred(good, shape, 50),
                DefectKind.Missing => Blurred(good, shape, 16),
                DefectKind.Brightness => Shifted(good, shape, ref draws),
                DefectKind.Bent => Bent(good, shape, alpha, ref draws),
                _ => Tone(shape, ref draws),
            };
            var mask = new bool[shape.Pixels];
            for (var c = 0; c < shape.Channels; c++)
                for (var i = 0; i < shape.Pixels; i++)
                {
                    var k = c * shape.Pixels + i;
                    values[k] = Math.Clamp(values[k] + alpha[i] * (replacement[k] - values[k]), -1, 1);
                    mask[i] |= Math.Abs(values[k] - good[k]) >= Visible;
                }
            if (mask.Count(m => m) >= 12)
                return (values, mask);
        }
        return null;
    }

    private static float[] Scratch(PictureShape shape, ref Draws draws)
    {
        var length = Math.Min(shape.Width, shape.Height) * (0.3 + 0.4 * draws.Unit());
        var (angle, bend, half) = (Math.PI * draws.Unit(), (draws.Unit() - 0.5) * 0.02, 0.6 + 0.8 * draws.Unit());
        var (x, y) = (shape.Width * (0.2 + 0.6 * draws.Unit()) - Math.Cos(angle) * length / 2, shape.Height * (0.2 + 0.6 * draws.Unit()) - Math.Sin(angle) * length / 2);
        var strength = 0.6 + 0.4 * draws.Unit();
        var alpha = new float[shape.Pixels];
        for (var s = 0.0; s < length; s += 0.25)
        {
            x += 0.25 * Math.Cos(angle);
            y += 0.25 * Math.Sin(angle);
            angle += 0.25 * bend;
            for (var dy = -3; dy <= 3; dy++)
                for (var dx = -3; dx <= 3; dx++)
                {
                    var (px, py) = ((int)x + dx, (int)y + dy);
                    if (px < 0 || py < 0 || px >= shape.Width || py >= shape.Height)
                        continue;
                    var distance = Math.Sqrt((px - x) * (px - x) + (py - y) * (py - y));
                    var a = (float)(strength * Math.Clamp(half + 0.5 - distance, 0, 1));
                    alpha[py * shape.Width + px] = Math.Max(alpha[py * shape.Width + px], a);
                }
        }
        return alpha;
    }

    private static float[] Spot(PictureShape shape, ref Draws draws)
    {
        var alpha = Ellipse(shape, ref draws);
        var strength = (float)(0.4 + 0.5 * draws.Unit());
        for (var i = 0; i < alpha.Length; i++)
            alpha[i] *= strength;
        return alpha;
    }

    /// <summary>A filled ellipse with a soft edge, 1 to 12 % of the smaller side in radius, as many small as large.</summary>
    private static float[] Ellipse(PictureShape shape, ref Draws draws)
    {
        var side = Math.Min(shape.Width, shape.Height);
        var size = side * 0.01 * Math.Pow(12, draws.Unit());
        var (a, b) = (Math.Max(2.5, size), Math.Max(2.5, size * (0.5 + 0.5 * draws.Unit())));
        var (cx, cy, turn) = (shape.Width * (0.15 + 0.7 * draws.Unit()), shape.Height * (0.15 + 0.7 * draws.Unit()), Math.PI * draws.Unit());
        var alpha = new float[shape.Pixels];
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
            {
                var u = ((x - cx) * Math.Cos(turn) + (y - cy) * Math.Sin(turn)) / a;
                var v = ((y - cy) * Math.Cos(turn) - (x - cx) * Math.Sin(turn)) / b;
                alpha[y * shape.Width + x] = (float)Math.Clamp((1.15 - Math.Sqrt(u * u + v * v)) / 0.3, 0, 1);
            }
        return alpha;
    }

    /// <summary>Where gradient noise is high, within an ellipse, so that the defect is one ragged region.</summary>
    private static float[] PerlinMask(PictureShape shape, ref Draws draws)
    {
        var bounds = Ellipse(shape, ref draws);
        var cell = Math.Max(4, Math.Min(shape.Width, shape.Height) / 16.0);
        var columns = (int)(shape.Width / cell) + 2;
        var angles = new double[columns * ((int)(shape.Height / cell) + 2)];
        for (var i = 0; i < angles.Length; i++)
            angles[i] = 2 * Math.PI * draws.Unit();
        var alpha = new float[shape.Pixels];
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                if (bounds[y * shape.Width + x] > 0.5 && Perlin(x / cell, y / cell, angles, columns) > -0.15)
                    alpha[y * shape.Width + x] = 1;
        return alpha;
    }

    private static double Perlin(double x, double y, double[] angles, int columns)
    {
        var (cx, cy) = ((int)x, (int)y);
        var (u, v) = (Fade(x - cx), Fade(y - cy));
        var top = double.Lerp(Gradient(cx, cy), Gradient(cx + 1, cy), u);
        var bottom = double.Lerp(Gradient(cx, cy + 1), Gradient(cx + 1, cy + 1), u);
        return double.Lerp(top, bottom, v);

        double Gradient(int gx, int gy) => Math.Cos(angles[gy * columns + gx]) * (x - gx) + Math.Sin(angles[gy * columns + gx]) * (y - gy);
        static double Fade(double s) => s * s * s * (s * (6 * s - 15) + 10);
    }

    /// <summary>One tone: lighter or darker, or a colour.</summary>
    private static float[] Tone(PictureShape shape, ref Draws draws)
    {
        var tone = (draws.Below(2) == 0 ? -1f : 1f) * (float)(0.7 + 0.3 * draws.Unit());
        var tint = Tint.Draw(shape.Channels, ref draws);
        var values = new float[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            values.AsSpan(c * shape.Pixels, shape.Pixels).Fill(tone * tint[c]);
        return values;
    }

    private static float[] Noise(PictureShape shape, ref Draws draws)
    {
        var noise = new float[shape.Length];
        PhiloxNoise.Fill(noise, (ulong)draws.Below(int.MaxValue), 0);
        var filter = new GaussianFilter(1 + 2 * draws.Unit());
        var scratch = new float[filter.ScratchLength(shape.Width)];
        var smooth = new float[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            filter.Apply(noise.AsSpan(c * shape.Pixels, shape.Pixels), smooth.AsSpan(c * shape.Pixels, shape.Pixels), scratch, shape.Width, shape.Height);
        var deviation = MathF.Sqrt(smooth.Sum(v => v * v) / smooth.Length);
        return [.. smooth.Select(v => Math.Clamp(0.5f * v / deviation, -1, 1))];
    }

    /// <summary>The picture a quarter or half turn on, shifted, as if cut from elsewhere.</summary>
    private static float[] Turned(float[] good, PictureShape shape, ref Draws draws)
    {
        var (dx, dy) = (draws.Below(shape.Width), draws.Below(shape.Height));
        var quarter = draws.Below(2) == 0;
        var values = new float[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            for (var y = 0; y < shape.Height; y++)
                for (var x = 0; x < shape.Width; x++)
                {
                    var (sx, sy) = quarter ? (y + dx, x + dy) : (shape.Width - 1 - x + dx, shape.Height - 1 - y + dy);
                    values[(c * shape.Height + y) * shape.Width + x] = good[(c * shape.Height + sy % shape.Height) * shape.Width + sx % shape.Width];
                }
        return values;
    }

    /// <summary>Lighter or darker, or of another hue.</summary>
    private static float[] Shifted(float[] good, PictureShape shape, ref Draws draws)
    {
        var shift = (draws.Below(2) == 0 ? -1 : 1) * (float)(0.15 + 0.25 * draws.Unit());
        var tint = Tint.Draw(shape.Channels, ref draws);
        var values = new float[shape.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = good[i] + shift * tint[i / shape.Pixels];
        return values;
    }

    /// <summary>Every pixel taken from a few pixels beside it, most in the middle of the place.</summary>
    private static float[] Bent(float[] good, PictureShape shape, float[] alpha, ref Draws draws)
    {
        var (angle, far) = (2 * Math.PI * draws.Unit(), Math.Max(3, Math.Min(shape.Width, shape.Height) / 64.0) * (1 + draws.Unit()));
        var values = (float[])good.Clone();
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
            {
                var push = far * alpha[y * shape.Width + x];
                if (push <= 0)
                    continue;
                var sx = Math.Clamp(x + push * Math.Cos(angle), 0, shape.Width - 1.001);
                var sy = Math.Clamp(y + push * Math.Sin(angle), 0, shape.Height - 1.001);
                var (u, v) = ((float)(sx - (int)sx), (float)(sy - (int)sy));
                for (var c = 0; c < shape.Channels; c++)
                {
                    var at = (c * shape.Height + (int)sy) * shape.Width + (int)sx;
                    var (right, below) = (shape.Width > 1 ? 1 : 0, shape.Height > 1 ? shape.Width : 0);
                    values[(c * shape.Height + y) * shape.Width + x] = float.Lerp(float.Lerp(good[at], good[at + right], u),
                        float.Lerp(good[at + below], good[at + below + right], u), v);
                }
            }
        return values;
    }

    /// <param name="good">[C, H, W] the picture.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="share">The Gaussian's width is this part of the smaller side.</param>
    private static float[] Blurred(float[] good, PictureShape shape, double share)
    {
        var filter = new GaussianFilter(Math.Max(2, Math.Min(shape.Width, shape.Height) / share));
        var values = new float[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            filter.Apply(good.AsSpan(c * shape.Pixels, shape.Pixels), values.AsSpan(c * shape.Pixels, shape.Pixels),
                new float[filter.ScratchLength(shape.Width)], shape.Width, shape.Height);
        return values;
    }
}
