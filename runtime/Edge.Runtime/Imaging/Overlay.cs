using System.Globalization;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>Draws a verdict for people: the picture, beside it (below it when it is wide) the same in grey with the anomaly map over it and
/// contours where the map passes its threshold, under a strip with label, score and threshold.</summary>
public static class Overlay
{
    private const int SmallSide = 320, GrownSide = 400, LongestSide = 1600, LeastWidth = 640;
    private const int Margin = 16, Header = 84, PanelCaption = 28, Footer = 44;
    // Halfway up the byte scale of the heat map lies the map's threshold, the top is twice that.
    private const int AtThreshold = 128;
    private static readonly Scalar ContourColour = new(255, 255, 0);

    /// <summary>Draws the overlay.</summary>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value from which on a pixel counts as a defect, above 0.</param>
    /// <param name="caption">What to write above.</param>
    /// <param name="jpeg">JPEG rather than PNG.</param>
    /// <returns>A file's bytes.</returns>
    /// <exception cref="ArgumentException">The map has another size or the threshold is not above 0.</exception>
    public static byte[] Render(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, OverlayCaption caption, bool jpeg = false)
    {
        if (map.Length != picture.Width * picture.Height)
            throw new ArgumentException($"The map has {map.Length} values, the picture {picture.Width} x {picture.Height} pixels.", nameof(map));
        if (!(mapThreshold > 0)) throw new ArgumentException($"The map's threshold is {mapThreshold}, but must be above 0.", nameof(mapThreshold));
        OpenCvLibrary.EnsureLoaded();

        (int width, int height) = DisplaySize(picture.Width, picture.Height, LongestSide);
        bool stacked = width > 2 * height;
        int content = stacked ? width : 2 * width + Margin, total = Math.Max(LeastWidth, content + 2 * Margin);
        int left = (total - content) / 2, panel = PanelCaption + height;
        int below = Header + Margin + (stacked ? 2 * panel + Margin / 2 : panel);
        (int X, int Y) second = stacked ? (left, Header + Margin + panel + Margin / 2) : (left + width + Margin, Header + Margin);

        byte[] bgr = Display(Bgr(picture), picture.Width, picture.Height, width, height, 3);
        byte[] levels = Levels(map, mapThreshold), shown = DisplayLevels(levels, picture.Width, picture.Height, width, height);
        using var canvas = new Canvas(total, below + Footer);
        DrawHeader(canvas, caption);
        DrawPanel(canvas, "picture", bgr, width, height, left, Header + Margin);
        DrawPanel(canvas, "anomaly map", Heat(bgr, shown), width, height, second.X, second.Y);
        bool grown = width > picture.Width;
        DrawContours(canvas, grown ? shown : levels, grown ? width : picture.Width, grown ? height : picture.Height,
            width, height, second.X, second.Y + PanelCaption);
        DrawLegend(canvas, mapThreshold, below);
        return canvas.Encode(jpeg ? ".jpg" : ".png");
    }

    /// <summary>Draws the overlay into a PNG file, written beside its place and then renamed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value from which on a pixel counts as a defect, above 0.</param>
    /// <param name="caption">What to write above.</param>
    /// <exception cref="ArgumentException">The map has another size or the threshold is not above 0.</exception>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void Write(string path, in Frame picture, ReadOnlySpan<float> map, float mapThreshold, OverlayCaption caption) =>
        Canvas.Save(path, Render(picture, map, mapThreshold, caption));

    internal static (int Width, int Height) DisplaySize(int width, int height, int longestSide)
    {
        int longest = Math.Max(width, height);
        double scale = longest < SmallSide ? Math.Ceiling((double)GrownSide / longest) : Math.Min(1, (double)longestSide / longest);
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    // 16 bit pictures rarely use their whole range: the brightest value becomes white.
    internal static byte[] Bgr(in Frame picture)
    {
        int brightest = 1, wide = picture.BytesPerChannel - 1;
        for (int y = 0; wide == 1 && y < picture.Height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y);
            for (int i = 0; i < row.Length; i += 2) brightest = Math.Max(brightest, row[i] | row[i + 1] << 8);
        }
        var bgr = new byte[picture.Width * picture.Height * 3];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y);
            Span<byte> to = bgr.AsSpan(y * picture.Width * 3, picture.Width * 3);
            for (int i = 0; i < to.Length; i++)
            {
                int from = picture.Channels == 3 ? i : i / 3;
                to[i] = wide == 0 ? row[from] : (byte)((row[2 * from] | row[2 * from + 1] << 8) * 255L / brightest);
            }
        }
        return bgr;
    }

    internal static byte[] Levels(ReadOnlySpan<float> map, float threshold)
    {
        var levels = new byte[map.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            float level = map[i] / threshold * AtThreshold;
            levels[i] = map[i] > threshold ? (byte)Math.Clamp(level, AtThreshold, 255) : level > 0 ? (byte)Math.Min(level, AtThreshold - 1) : (byte)0;
        }
        return levels;
    }

    // A defect of a few pixels must not be averaged away when a large picture is shown smaller.
    internal static byte[] DisplayLevels(byte[] levels, int fromWidth, int fromHeight, int width, int height)
    {
        if (width >= fromWidth) return Display(levels, fromWidth, fromHeight, width, height, 1);
        var peaks = new byte[width * height];
        for (int y = 0; y < fromHeight; y++)
        {
            Span<byte> to = peaks.AsSpan((int)((long)y * height / fromHeight) * width, width);
            for (int x = 0; x < fromWidth; x++)
            {
                ref byte peak = ref to[(int)((long)x * width / fromWidth)];
                peak = Math.Max(peak, levels[y * fromWidth + x]);
            }
        }
        return peaks;
    }

    internal static unsafe byte[] Display(byte[] pixels, int fromWidth, int fromHeight, int width, int height, int channels)
    {
        if (width == fromWidth && height == fromHeight) return pixels;
        var shown = new byte[width * height * channels];
        fixed (byte* from = pixels, to = shown)
        {
            using Mat source = Mat.FromPixelData(fromHeight, fromWidth, MatType.CV_8UC(channels), (nint)from);
            using Mat target = Mat.FromPixelData(height, width, MatType.CV_8UC(channels), (nint)to);
            Cv2.Resize(source, target, new Size(width, height),
                interpolation: width < fromWidth ? InterpolationFlags.Area : channels == 3 ? InterpolationFlags.Cubic : InterpolationFlags.Linear);
        }
        return shown;
    }

    internal static byte[] Heat(byte[] bgr, byte[] levels)
    {
        byte[] colours = Colours();
        var heat = new byte[bgr.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            double grey = 0.114 * bgr[3 * i] + 0.587 * bgr[3 * i + 1] + 0.299 * bgr[3 * i + 2];
            double rise = Math.Clamp((levels[i] / (double)AtThreshold - 0.35) / 0.65, 0, 1);
            double alpha = 0.72 * rise * rise * (3 - 2 * rise);
            for (int c = 0; c < 3; c++) heat[3 * i + c] = (byte)(0.8 * grey * (1 - alpha) + colours[3 * levels[i] + c] * alpha + 0.5);
        }
        return heat;
    }

    /// <summary>The colours of the 256 levels, BGR.</summary>
    private static unsafe byte[] Colours()
    {
        byte[] steps = Enumerable.Range(0, 256).Select(v => (byte)v).ToArray();
        var colours = new byte[256 * 3];
        fixed (byte* from = steps, to = colours)
        {
            using Mat source = Mat.FromPixelData(1, 256, MatType.CV_8UC1, (nint)from);
            using Mat target = Mat.FromPixelData(1, 256, MatType.CV_8UC3, (nint)to);
            Cv2.ApplyColorMap(source, target, ColormapTypes.Inferno);
        }
        return colours;
    }

    private static void DrawHeader(Canvas canvas, OverlayCaption caption)
    {
        Scalar verdict = caption.IsDefect ? Canvas.Red : Canvas.Green;
        canvas.Fill(0, 0, canvas.Width, Header - 6, Canvas.Surface);
        canvas.Fill(Margin, 17, 84, 44, verdict);
        canvas.Write(caption.IsDefect ? "NG" : "OK", Margin + 42, 28, 22, Canvas.Text, align: 0.5, bold: true);

        string limits = (double.IsNaN(caption.Threshold) ? "" : $"threshold {Number(caption.Threshold)}")
            + (double.IsNaN(caption.PValue) ? "" : $"   p {(caption.PValue < 0.001 ? "< 0.001" : Number(caption.PValue))}");
        string score = $"score {Number(caption.Score)}";
        int right = canvas.Width - Margin;
        canvas.Write(score, right, 22, 14, Canvas.Text, align: 1, bold: true);
        canvas.Write(limits.Trim(), right, 48, 10, Canvas.Muted, align: 1);

        double room = right - Math.Max(Canvas.TextWidth(score, 14, bold: true), Canvas.TextWidth(limits.Trim(), 10)) - 3 * Margin - 100;
        canvas.Write(Canvas.Fit(caption.Name, room, 14), Margin + 100, 22, 14, Canvas.Text);
        canvas.Write(Canvas.Fit(caption.Profile, room, 10), Margin + 100, 48, 10, Canvas.Muted);

        // The bar spans 0 to twice the threshold, which so lies in the middle.
        canvas.Fill(0, Header - 6, canvas.Width, 6, Canvas.Line);
        if (caption.Threshold > 0 && caption.Score > 0)
            canvas.Fill(0, Header - 6, (int)(canvas.Width * Math.Min(1, caption.Score / caption.Threshold / 2)), 6, verdict);
        if (caption.Threshold > 0) canvas.Fill(canvas.Width / 2 - 1, Header - 10, 3, 10, Canvas.Text);
    }

    private static void DrawPanel(Canvas canvas, string label, byte[] bgr, int width, int height, int x, int y)
    {
        canvas.Write(label, x, y + 6, 10, Canvas.Muted);
        canvas.Paste(bgr, width, height, x, y + PanelCaption);
    }

    internal static unsafe void DrawContours(
        Canvas canvas, byte[] levels, int fromWidth, int fromHeight, int width, int height, int left, int top)
    {
        var above = new byte[levels.Length];
        for (int i = 0; i < above.Length; i++) above[i] = levels[i] >= AtThreshold ? (byte)1 : (byte)0;
        Point[][] contours;
        fixed (byte* mask = above)
        {
            using Mat mat = Mat.FromPixelData(fromHeight, fromWidth, MatType.CV_8UC1, (nint)mask);
            Cv2.FindContours(mat, out contours, out _, RetrievalModes.List, ContourApproximationModes.ApproxNone);
        }
        double scaleX = (double)width / fromWidth, scaleY = (double)height / fromHeight;
        List<(double X, double Y)[]> lines = contours
            .Select(contour => Visible(contour.Select(p => (left + (p.X + 0.5) * scaleX, top + (p.Y + 0.5) * scaleY)).ToArray())).ToList();
        foreach ((double, double)[] line in lines) canvas.Polyline(line, new Scalar(0), 4, closed: true);
        foreach ((double, double)[] line in lines) canvas.Polyline(line, ContourColour, 2, closed: true);
    }

    // What is too small to see gets a frame around it instead.
    private static (double X, double Y)[] Visible((double X, double Y)[] line)
    {
        const double Least = 6;
        double minX = line.Min(p => p.X), maxX = line.Max(p => p.X), minY = line.Min(p => p.Y), maxY = line.Max(p => p.Y);
        if (maxX - minX >= Least || maxY - minY >= Least) return line;
        return [(minX - Least, minY - Least), (maxX + Least, minY - Least), (maxX + Least, maxY + Least), (minX - Least, maxY + Least)];
    }

    private static void DrawLegend(Canvas canvas, float mapThreshold, int y)
    {
        const int Length = 256, Thick = 10;
        byte[] colours = Colours(), bar = new byte[Length * Thick * 3];
        for (int row = 0; row < Thick; row++) colours.CopyTo(bar, row * Length * 3);
        string middle = $"threshold {Number(mapThreshold)}";
        canvas.Write("map 0", Margin, y + 17, 9, Canvas.Muted);
        int x = Margin + (int)Canvas.TextWidth("map 0", 9) + 8;
        canvas.Paste(bar, Length, Thick, x, y + 16);
        canvas.Fill(x + AtThreshold - 1, y + 13, 2, Thick + 6, Canvas.Text);
        canvas.Write(Number(2 * mapThreshold), x + Length + 8, y + 17, 9, Canvas.Muted);
        int key = x + Length + 8 + (int)Canvas.TextWidth(Number(2 * mapThreshold), 9) + 24;
        canvas.Fill(key, y + 19, 24, 4, ContourColour);
        canvas.Write($"above {middle}", key + 32, y + 17, 9, Canvas.Muted);
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
