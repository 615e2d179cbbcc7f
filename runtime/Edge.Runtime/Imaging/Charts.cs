using System.Globalization;
using Edge.Runtime.Diffusion;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>Pictures of a training run, as PNG files.</summary>
public static class Charts
{
    private const int Margin = 20;

    /// <summary>Draws a loss over the steps: the raw training loss faint, its running mean over it, and the held-out loss. The vertical axis is
    /// logarithmic when the loss falls by more than tenfold. Values that are not finite are left out.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="train">One training loss per <paramref name="stepsPerPoint"/> steps, the first after that many steps.</param>
    /// <param name="heldOut">Losses on held-out pictures and the steps after which they were measured, ascending; may be empty.</param>
    /// <param name="title">Written above.</param>
    /// <param name="stepsPerPoint">Steps from one training loss to the next.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void LossCurve(
        string path, IReadOnlyList<double> train, IReadOnlyList<(int Step, double Loss)> heldOut, string title = "loss", int stepsPerPoint = 1)
    {
        const int Width = 1000, Height = 560, Left = 84, Top = 64, Right = 28, Bottom = 56;
        using var canvas = new Canvas(Width, Height);
        (double X, double Y)[] raw = train.Select((loss, i) => ((i + 1.0) * stepsPerPoint, loss)).Where(p => double.IsFinite(p.loss)).ToArray();
        (double X, double Y)[] held = heldOut.Where(p => double.IsFinite(p.Loss)).Select(p => ((double)p.Step, p.Loss)).ToArray();
        (double X, double Y)[] mean = RunningMean(raw);
        double[] values = [.. raw.Concat(held).Select(p => p.Y)];
        canvas.Write(title, Left, 22, 14, Canvas.Text);
        canvas.Fill(Left, Top, Width - Left - Right, Height - Top - Bottom, Canvas.Surface);
        if (values.Length == 0)
        {
            canvas.Write("no values yet", (Left + Width - Right) / 2.0, Height / 2.0 - 6, 12, Canvas.Muted, align: 0.5);
            Canvas.Save(path, canvas.Encode());
            return;
        }

        double last = raw.Concat(held).Max(p => p.X), low = values.Min(), high = values.Max();
        bool logarithmic = low > 0 && high > 10 * low;
        Func<double, double> scale = logarithmic ? Math.Log10 : v => v;
        if (!logarithmic) low = Math.Min(low, Math.Max(0, 2 * low - high));
        if (high <= low) (low, high) = (low - 0.5, high + 0.5);
        double bottom = scale(low), range = (scale(high) - bottom) * 1.05;
        double X(double step) => Left + step / last * (Width - Left - Right);
        double Y(double loss) => Height - Bottom - (scale(loss) - bottom + range * 0.02) / (range * 1.04) * (Height - Top - Bottom);

        foreach (double tick in logarithmic ? Decades(low, high) : Ticks(low, high, 6))
        {
            canvas.Fill(Left, (int)Y(tick), Width - Left - Right, 1, Canvas.Line);
            canvas.Write(Label(tick), Left - 10, Y(tick) - 5, 10, Canvas.Muted, align: 1);
        }
        foreach (double tick in Ticks(0, last, 8).Where(t => t == Math.Floor(t)))
        {
            canvas.Fill((int)X(tick), Height - Bottom, 1, 5, Canvas.Muted);
            canvas.Write(tick.ToString("#,0", CultureInfo.InvariantCulture), X(tick), Height - Bottom + 12, 10, Canvas.Muted, align: 0.5);
        }
        canvas.Write("step", Width - Right, Height - 18, 10, Canvas.Muted, align: 1);

        canvas.Polyline(raw.Select(p => (X(p.X), Y(p.Y))), new Scalar(110, 88, 62));
        canvas.Polyline(mean.Select(p => (X(p.X), Y(p.Y))), Canvas.Blue, 2);
        canvas.Polyline(held.Select(p => (X(p.X), Y(p.Y))), Canvas.Amber, 2);
        foreach ((double step, double loss) in held) canvas.Fill((int)X(step) - 3, (int)Y(loss) - 3, 7, 7, Canvas.Amber);

        double right = Width - Right;
        if (held.Length > 0) right = Key(canvas, $"held out {Label(held[^1].Y)}", Canvas.Amber, right);
        if (mean.Length > 0) Key(canvas, $"training {Label(mean[^1].Y)}", Canvas.Blue, right);
        Canvas.Save(path, canvas.Encode());
    }

    /// <summary>Draws pictures in rows and columns, e.g. clean, noised, denoised and residual of several samples.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="shape">The shape of every picture.</param>
    /// <param name="pictures">Row by row, <c>rows.Count * columns.Count</c> planar pictures (RGB or grey); [-1, 1] is black to white and what lies
    /// beyond is clipped.</param>
    /// <param name="columns">A caption for each column.</param>
    /// <param name="rows">A caption for each row.</param>
    /// <exception cref="ArgumentException">The number of pictures or their lengths do not fit.</exception>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void ContactSheet(
        string path, PictureShape shape, IReadOnlyList<float[]> pictures, IReadOnlyList<string> columns, IReadOnlyList<string> rows)
    {
        if (columns.Count == 0 || pictures.Count != rows.Count * columns.Count || pictures.Any(p => p.Length != shape.Length))
            throw new ArgumentException($"{rows.Count} x {columns.Count} pictures of {shape.Length} values are needed.", nameof(pictures));
        const int Gap = 8, Caption = 30, Least = 144;
        using var measure = new Canvas(1, 1);
        int scale = Math.Max(1, (Least + Math.Max(shape.Width, shape.Height) - 1) / Math.Max(shape.Width, shape.Height));
        int cellWidth = shape.Width * scale, cellHeight = shape.Height * scale;
        int left = Margin + (rows.Count == 0 ? 0 : (int)rows.Max(r => Canvas.TextWidth(r, 10)) + 14);
        using var canvas = new Canvas(
            left + columns.Count * (cellWidth + Gap) - Gap + Margin, Margin + Caption + rows.Count * (cellHeight + Gap) - Gap + Margin);
        for (int c = 0; c < columns.Count; c++)
            canvas.Write(Canvas.Fit(columns[c], cellWidth, 11), left + c * (cellWidth + Gap) + cellWidth / 2.0, Margin, 11, Canvas.Text, align: 0.5);
        for (int r = 0; r < rows.Count; r++)
        {
            int y = Margin + Caption + r * (cellHeight + Gap);
            canvas.Write(rows[r], left - 14, y + cellHeight / 2.0 - 5, 10, Canvas.Muted, align: 1);
            for (int c = 0; c < columns.Count; c++)
                canvas.Paste(Enlarged(pictures[r * columns.Count + c], shape, scale), cellWidth, cellHeight, left + c * (cellWidth + Gap), y);
        }
        Canvas.Save(path, canvas.Encode());
    }

    private static double Key(Canvas canvas, string text, Scalar colour, double right)
    {
        canvas.Write(text, right, 26, 10, Canvas.Text, align: 1);
        double left = right - Canvas.TextWidth(text, 10) - 34;
        canvas.Fill((int)left, 29, 24, 4, colour);
        return left - 24;
    }

    // Centred, so that it does not lag behind a steep fall, and narrow at the start, where the fall is steepest.
    private static (double X, double Y)[] RunningMean((double X, double Y)[] raw)
    {
        var sums = new double[raw.Length + 1];
        for (int i = 0; i < raw.Length; i++) sums[i + 1] = sums[i] + raw[i].Y;
        return raw.Select((p, i) =>
        {
            int half = Math.Min(raw.Length / 40, i / 4), from = i - half, to = Math.Min(raw.Length, i + half + 1);
            return (p.X, (sums[to] - sums[from]) / (to - from));
        }).ToArray();
    }

    private static IEnumerable<double> Ticks(double low, double high, int about)
    {
        double rough = (high - low) / about, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        for (double i = Math.Ceiling(low / step); i * step <= high * (1 + 1e-9); i++) yield return i * step;
    }

    private static IEnumerable<double> Decades(double low, double high) =>
        from decade in Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high / low)) + 2)
        from part in (double[])(high / low > 1000 ? [1] : [1, 2, 5])
        let tick = part * Math.Pow(10, decade)
        where tick >= low && tick <= high
        select tick;

    private static string Label(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static byte[] Enlarged(float[] picture, PictureShape shape, int scale)
    {
        int width = shape.Width * scale, height = shape.Height * scale;
        var bgr = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            int pixel = i / width / scale * shape.Width + i % width / scale;
            for (int c = 0; c < 3; c++)
            {
                float value = picture[shape.Channels == 3 ? (2 - c) * shape.Pixels + pixel : pixel];
                bgr[3 * i + c] = (byte)(Math.Clamp((float.IsNaN(value) ? 0 : value) * 0.5f + 0.5f, 0, 1) * 255 + 0.5f);
            }
        }
        return bgr;
    }
}
