using Edge.Runtime;
using Edge.Runtime.Imaging;
using OpenCvSharp;
using SkiaSharp;

namespace Edge.Drawing;

/// <summary>A picture and its anomaly map as pixels to be shown: scaled, coloured and outlined.</summary>
internal static class HeatMap
{
    /// <summary>Halfway up the byte scale of the levels lies the map's threshold, the top is twice that.</summary>
    public const int AtThreshold = 128;

    private const int SmallSide = 320, GrownSide = 400;

    private static readonly Lazy<uint[]> Inferno = new(ReadInferno);

    /// <summary>The colours of the 256 levels, 0xFFRRGGBB.</summary>
    public static ReadOnlySpan<uint> Colours => Inferno.Value;

    /// <summary>The size at which a picture is shown: a tiny one is made larger, a large one smaller.</summary>
    public static (int Width, int Height) DisplaySize(int width, int height, int longestSide)
    {
        var longest = Math.Max(width, height);
        var scale = longest < SmallSide ? Math.Ceiling((double)GrownSide / longest) : Math.Min(1, (double)longestSide / longest);
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <summary>The picture in 8 bits, grey or BGR, at another size.</summary>
    public static unsafe Mat Shown(in Frame picture, int width, int height)
    {
        OpenCvLibrary.EnsureLoaded();
        var plain = picture.ToPlain();
        var eight = plain.BytesPerChannel == 1 ? plain : EightBits(plain);
        fixed (byte* first = eight.Pixels)
        {
            using var mat = Mat.FromPixelData(eight.Height, eight.Width, MatType.CV_8UC(eight.Channels), (nint)first, eight.Stride);
            return Scaled(mat, width, height, InterpolationFlags.Cubic);
        }
    }

    /// <summary>The map in bytes: 0 where it is 0 or no number, <see cref="AtThreshold"/> and more where it is above the threshold.</summary>
    /// <param name="map">[H, W], 0 or more.</param>
    /// <param name="threshold">0 or more.</param>
    public static byte[] Levels(ReadOnlySpan<float> map, float threshold)
    {
        var levels = new byte[map.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            var level = map[i] / threshold * AtThreshold;
            levels[i] = map[i] > threshold ? (byte)Math.Clamp(level, AtThreshold, 255) : level > 0 ? (byte)Math.Min(level, AtThreshold - 1) : (byte)0;
        }
        return levels;
    }

    /// <summary>Levels at another size. A defect of a few pixels must not be averaged away, so a smaller picture shows the highest.</summary>
    public static byte[] Scaled(byte[] levels, int fromWidth, int fromHeight, int width, int height)
    {
        if (width == fromWidth && height == fromHeight)
            return levels;
        var shown = new byte[width * height];
        if (width > fromWidth)
        {
            using var source = Mat.FromPixelData(fromHeight, fromWidth, MatType.CV_8UC1, levels);
            using var target = Mat.FromPixelData(height, width, MatType.CV_8UC1, shown);
            Cv2.Resize(source, target, new Size(width, height), interpolation: InterpolationFlags.Linear);
            return shown;
        }
        var columns = new int[fromWidth];
        for (var x = 0; x < fromWidth; x++)
            columns[x] = (int)((long)x * width / fromWidth);
        for (var y = 0; y < fromHeight; y++)
        {
            var from = levels.AsSpan(y * fromWidth, fromWidth);
            var to = shown.AsSpan((int)((long)y * height / fromHeight) * width, width);
            for (var x = 0; x < from.Length; x++)
                if (from[x] > to[columns[x]])
                    to[columns[x]] = from[x];
        }
        return shown;
    }

    /// <summary>The picture in grey, a little darker, under the colours of its levels, which fade out below the threshold.</summary>
    /// <param name="picture">Grey or BGR.</param>
    /// <param name="levels">[H, W] of the picture.</param>
    /// <param name="region">BGRA, of the picture's size: what is painted.</param>
    public static unsafe void Paint(Mat picture, ReadOnlySpan<byte> levels, Mat region)
    {
        const int One = 1 << 16;
        // Of each level: the share of the grey picture and the colour's part, both times One.
        Span<int> grey = stackalloc int[256], red = stackalloc int[256], green = stackalloc int[256], blue = stackalloc int[256];
        for (var level = 0; level < 256; level++)
        {
            var rise = Math.Clamp((level / (double)AtThreshold - 0.35) / 0.65, 0, 1);
            var alpha = 0.72 * rise * rise * (3 - 2 * rise);
            var colour = Colours[level];
            grey[level] = (int)(0.8 * (1 - alpha) * One);
            (red[level], green[level]) = (Part(colour >> 16), Part(colour >> 8));
            blue[level] = Part(colour);

            int Part(uint value) => (int)((value & 255) * alpha * One + One / 2);
        }
        using var single = picture.Channels() == 1 ? picture.Clone() : picture.CvtColor(ColorConversionCodes.BGR2GRAY);
        int width = picture.Width, height = picture.Height;
        for (var y = 0; y < height; y++)
        {
            var from = new ReadOnlySpan<byte>((byte*)single.Data + y * single.Step(), width);
            var to = new Span<uint>((byte*)region.Data + y * region.Step(), width);
            var row = levels.Slice(y * width, width);
            for (var x = 0; x < row.Length; x++)
            {
                int level = row[x], under = from[x] * grey[level];
                to[x] = 0xFF000000 | (uint)(under + red[level]) >> 16 << 16 | (uint)(under + green[level]) >> 16 << 8
                    | (uint)(under + blue[level]) >> 16;
            }
        }
    }

    /// <summary>Draws lines around what is at the threshold and above, scaled from the levels' size to the size shown.</summary>
    public static void Outline(SKCanvas canvas, byte[] levels, int fromWidth, int fromHeight, int width, int height, int left, int top)
    {
        using var mat = Mat.FromPixelData(fromHeight, fromWidth, MatType.CV_8UC1, levels);
        using var above = mat.Threshold(AtThreshold - 1, 1, ThresholdTypes.Binary);
        Cv2.FindContours(above, out Point[][] contours, out _, RetrievalModes.List, ContourApproximationModes.ApproxNone);
        float scaleX = (float)width / fromWidth, scaleY = (float)height / fromHeight;
        SKPoint[][] lines = [.. contours.Select(contour =>
            Visible(Array.ConvertAll(contour, p => new SKPoint(left + (p.X + 0.5f) * scaleX, top + (p.Y + 0.5f) * scaleY))))];
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
        (paint.StrokeWidth, paint.Color) = (4, SKColors.Black);
        DrawAll();
        (paint.StrokeWidth, paint.Color) = (2, Palette.Cyan);
        DrawAll();

        // One by one: a single path of as many lines as a noisy map has takes Skia many seconds.
        void DrawAll()
        {
            using var builder = new SKPathBuilder();
            foreach (var line in lines)
            {
                builder.AddPoly(line, close: true);
                using var path = builder.Detach();
                canvas.DrawPath(path, paint);
            }
        }
    }

    // What is too small to see gets a frame around it instead.
    private static SKPoint[] Visible(SKPoint[] line)
    {
        const float Least = 6;
        float left = line.Min(p => p.X), right = line.Max(p => p.X), top = line.Min(p => p.Y), bottom = line.Max(p => p.Y);
        if (right - left >= Least || bottom - top >= Least)
            return line;
        (left, right) = (left - Least, right + Least);
        (top, bottom) = (top - Least, bottom + Least);
        return [new(left, top), new(right, top), new(right, bottom), new(left, bottom)];
    }

    private static Mat Scaled(Mat mat, int width, int height, InterpolationFlags growing) =>
        mat.Width == width && mat.Height == height ? mat.Clone()
        : mat.Resize(new Size(width, height), interpolation: width < mat.Width ? InterpolationFlags.Area : growing);

    // 16-bit pictures rarely use their whole range: the brightest value becomes white.
    private static Frame EightBits(in Frame picture)
    {
        var (brightest, length) = (1, picture.Width * picture.Channels);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row(y);
            for (var i = 0; i < length; i++)
                brightest = Math.Max(brightest, row[2 * i] | row[2 * i + 1] << 8);
        }
        var eight = new byte[picture.Height * length];
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row(y);
            for (var i = 0; i < length; i++)
                eight[y * length + i] = (byte)((row[2 * i] | row[2 * i + 1] << 8) * 255L / brightest);
        }
        return new Frame(eight, picture.Width, picture.Height, picture.Channels);
    }

    private static uint[] ReadInferno()
    {
        OpenCvLibrary.EnsureLoaded();
        using var steps = new Mat(1, 256, MatType.CV_8UC1);
        for (var i = 0; i < 256; i++)
            steps.Set(0, i, (byte)i);
        using var colours = new Mat();
        Cv2.ApplyColorMap(steps, colours, ColormapTypes.Inferno);
        return [.. Enumerable.Range(0, 256).Select(i => colours.At<Vec3b>(0, i))
            .Select(bgr => 0xFF000000 | (uint)bgr.Item2 << 16 | (uint)bgr.Item1 << 8 | bgr.Item0)];
    }
}
