using System.Globalization;
using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Drawing.Charts;

/// <summary>The losses of a training over its steps, as a PNG file.</summary>
internal static class LossCurve
{
    private const int Width = 1000, Height = 560, Header = 56;
    private const float TextSize = 16;

    /// <summary>Draws the raw training loss faintly, its running mean over it, and the held-out loss. The vertical axis is logarithmic when the loss
    /// falls by more than tenfold. Values that are not finite are left out.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="train">One training loss per <paramref name="stepsPerPoint"/> steps, the first after that many steps.</param>
    /// <param name="heldOut">Losses on held-out pictures and the steps after which they were measured, ascending; may be empty.</param>
    /// <param name="title">Written above.</param>
    /// <param name="stepsPerPoint">Steps from one training loss to the next.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyList<double> train, IReadOnlyList<(int Step, double Loss)> heldOut, string title = "loss", int stepsPerPoint = 1)
    {
        (double X, double Y)[] raw = [.. train.Select((loss, i) => ((i + 1.0) * stepsPerPoint, loss)).Where(point => double.IsFinite(point.loss))];
        (double X, double Y)[] held = [.. heldOut.Where(point => double.IsFinite(point.Loss)).Select(point => ((double)point.Step, point.Loss))];
        var mean = RunningMean(raw);
        (double X, double Y)[] all = [.. raw, .. held];
        var x = new Scale(0, all.Length == 0 ? 1 : 1.01 * all.Max(point => point.X));
        var y = all.Length == 0 ? new Scale(0, 1) : Scale.Around(all.Select(point => point.Y));
        var plot = Chart.Of(x, "training step", y, y.IsLogarithmic ? "loss, logarithmic" : "loss", TextSize);
        plot.Line(Scaled(raw), Chart.Blue.WithAlpha(0.3), 1);
        plot.Line(Scaled(mean), Chart.Blue);
        plot.Line(Scaled(held), Chart.Orange);
        plot.Dots(Scaled(held), Chart.Orange, 8);

        PictureWriter.Save(path, Chart.Png(Width, Height, 1, canvas =>
        {
            plot.Draw(canvas, 0, Header, Width - 16, Height - Header - 8);
            var right = Width - 32f;
            if (held.Length > 0)
                right = Figure.Key(canvas, $"held out {Label(held[^1].Y)}", Chart.Orange, right, 24, TextSize);
            if (mean.Length > 0)
                Figure.Key(canvas, $"training {Label(mean[^1].Y)}", Chart.Blue, right, 24, TextSize);
            Figure.Write(canvas, all.Length == 0 ? $"{title}: no values yet" : title, 32, 22, 1.25f * TextSize, Chart.Ink);
        }));

        IEnumerable<(double, double)> Scaled(IEnumerable<(double X, double Y)> points) => points.Select(point => (point.X, y.Of(point.Y)));
    }

    // Centred, so that it does not lag behind a steep fall, and narrow at the start, where the fall is steepest.
    private static (double X, double Y)[] RunningMean((double X, double Y)[] raw)
    {
        var sums = new double[raw.Length + 1];
        for (var i = 0; i < raw.Length; i++)
            sums[i + 1] = sums[i] + raw[i].Y;
        return raw.Select((point, i) =>
        {
            int half = Math.Min(raw.Length / 40, i / 4), from = i - half, to = Math.Min(raw.Length, i + half + 1);
            return (point.X, (sums[to] - sums[from]) / (to - from));
        }).ToArray();
    }

    private static string Label(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
