using System.Globalization;

namespace Edge.Training.Data;

/// <summary>
/// How much good pictures differ in what a lamp or a holder changes: crops vary in it as far, and no further. A texture that always lies alike is learnt worse
/// from turned crops, and a picture beyond these ranges is the gate's concern. All are twice the standard deviation between pictures.
/// </summary>
/// <param name="Brightness">Of the mean, of a range of 2.</param>
/// <param name="Contrast">As a factor either way, 1 or more.</param>
/// <param name="ChannelBrightness">Of one channel's mean beside the others'.</param>
/// <param name="Angle">Of the direction in which structure runs, in radians.</param>
/// <param name="Scale">Of the size of structure, as a factor either way, 1 or more.</param>
internal sealed record PictureVariation(double Brightness, double Contrast, double ChannelBrightness, double Angle, double Scale)
{
    /// <summary>Structure without any direction shows a random one; more than this is not turned.</summary>
    private const double LargestAngle = 0.15;

    private const double LargestScale = 1.25, LargestBrightness = 0.3, LargestContrast = 1.6, LargestChannelBrightness = 0.06;

    /// <summary>Pixels over which a gradient is taken, so that grain counts less than structure.</summary>
    private const int Step = 2;

    /// <summary>Nothing varies.</summary>
    public static PictureVariation None { get; } = new(0, 1, 0, 0, 1);

    /// <summary>Measures it on good pictures.</summary>
    public static PictureVariation Measure(IReadOnlyList<TrainingPicture> pictures)
    {
        List<Structure> seen = [.. pictures.AsParallel().AsOrdered().Select(Look)];
        return new PictureVariation(
            Math.Min(LargestBrightness, 2 * Spread(seen.Select(s => (double)s.Brightness))),
            Math.Min(LargestContrast, Math.Exp(2 * Spread(seen.Select(s => Math.Log(Math.Max(s.Contrast, 1e-3)))))),
            Math.Min(LargestChannelBrightness, 2 * seen[0].Channels.Select((_, c) => Spread(seen.Select(s => (double)(s.Channels[c] - s.Brightness)))).Max()),
            Math.Min(LargestAngle, 2 * AngleSpread(seen)),
            Math.Min(LargestScale, Math.Exp(2 * Spread(seen.Select(s => s.LogFrequency)))));
    }

    /// <summary>The one line for people.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture, $"Crops vary as the pictures do: brightness by {Brightness / 2:P1} of white, contrast by a factor of {Contrast:0.00}, "
        + $"direction by {Angle * 180 / Math.PI:0.0} degrees, size by a factor of {Scale:0.00}.");

    private static double Spread(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var mean = all.Average();
        return Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
    }

    /// <summary>The circular standard deviation of the pictures' directions. Stripes look alike after half a turn, a weave after a quarter: what they have more of counts.</summary>
    private static double AngleSpread(List<Structure> seen)
    {
        var symmetry = seen.Sum(s => Length(s.Half) / s.Energy) > seen.Sum(s => Length(s.Quarter) / s.Energy) ? 2 : 4;
        var (x, y) = (0.0, 0.0);
        foreach (var s in seen)
        {
            var direction = symmetry == 2 ? s.Half : s.Quarter;
            (x, y) = (x + direction.X / Length(direction), y + direction.Y / Length(direction));
        }
        return Math.Sqrt(Math.Max(0, -2 * Math.Log(Math.Min(1, Length((x, y)) / seen.Count)))) / symmetry;
    }

    private static double Length((double X, double Y) v) => Math.Max(1e-12, Math.Sqrt(v.X * v.X + v.Y * v.Y));

    private static Structure Look(TrainingPicture picture)
    {
        var (shape, values) = (picture.Shape, picture.Values);
        var grey = new float[shape.Pixels];
        var channels = new float[shape.Channels];
        for (var c = 0; c < channels.Length; c++)
        {
            for (var i = 0; i < grey.Length; i++)
            {
                grey[i] += values[c * grey.Length + i] / channels.Length;
                channels[c] += values[c * grey.Length + i] / grey.Length;
            }
        }
        var (energy, half, quarter) = (1e-12, (X: 0.0, Y: 0.0), (X: 0.0, Y: 0.0));
        for (var y = Step; y < shape.Height - Step; y++)
            for (var x = Step; x < shape.Width - Step; x++)
            {
                double gx = grey[y * shape.Width + x + Step] - grey[y * shape.Width + x - Step], gy = grey[(y + Step) * shape.Width + x] - grey[(y - Step) * shape.Width + x];
                var e = gx * gx + gy * gy;
                if (e == 0)
                    continue;
                energy += e;
                // |g|^2 exp(2 i theta), and its square over |g|^2.
                var (re, im) = (gx * gx - gy * gy, 2 * gx * gy);
                half = (half.X + re, half.Y + im);
                quarter = (quarter.X + (re * re - im * im) / e, quarter.Y + 2 * re * im / e);
            }
        var contrast = picture.Exposure.Deviation;
        return new Structure(picture.Exposure.Mean, contrast, channels, energy, half, quarter, 0.5 * Math.Log(energy / (shape.Pixels * Math.Max(contrast * contrast, 1e-9))));
    }

    private sealed record Structure(float Brightness, float Contrast, float[] Channels, double Energy, (double X, double Y) Half, (double X, double Y) Quarter, double LogFrequency);
}
