using System.Text;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>A BGR picture to draw on, with text that reads well: OpenCV's stroke font drawn four times as large and averaged down.</summary>
internal sealed class Canvas : IDisposable
{
    internal static readonly Scalar Background = new(30, 26, 24), Surface = new(46, 41, 38), Line = new(72, 66, 62), Text = new(240, 236, 232),
        Muted = new(168, 158, 150), Green = new(94, 176, 46), Red = new(62, 62, 226), Blue = new(240, 170, 80), Amber = new(60, 180, 250);

    private const int Fine = 4, SubpixelBits = 4;
    // Cap height of the stroke font at scale 1, in pixels.
    private const double FontCap = 21;

    private readonly Mat mat;

    internal Canvas(int width, int height)
    {
        OpenCvLibrary.EnsureLoaded();
        mat = new Mat(height, width, MatType.CV_8UC3, Background);
        (Width, Height) = (width, height);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal void Fill(int x, int y, int width, int height, Scalar colour) =>
        Cv2.Rectangle(mat, new Rect(x, y, Math.Max(1, width), Math.Max(1, height)), colour, thickness: -1);

    /// <summary>Draws a line through points given in pixels, where (0.5, 0.5) is the centre of the first.</summary>
    internal void Polyline(IEnumerable<(double X, double Y)> points, Scalar colour, int thickness = 1, bool closed = false)
    {
        Point[] line = points.Select(p => new Point(Subpixel(p.X), Subpixel(p.Y))).ToArray();
        if (line.Length > 0) Cv2.Polylines(mat, [line], closed, colour, thickness, LineTypes.AntiAlias, SubpixelBits);
    }

    /// <summary>Writes a line of text; (x, y) is the top of its capitals at the left, centre (0.5) or right (1) end.</summary>
    internal void Write(string text, double x, double y, double capHeight, Scalar colour, double align = 0, bool bold = false)
    {
        text = Printable(text);
        if (text.Length == 0) return;
        double scale = capHeight * Fine / FontCap;
        int thickness = Thickness(capHeight, bold), pad = Fine * 2;
        Size size = Cv2.GetTextSize(text, HersheyFonts.HersheySimplex, scale, thickness, out int baseLine);
        int width = (size.Width + 2 * pad + Fine - 1) / Fine, height = (size.Height + baseLine + 2 * pad + Fine - 1) / Fine;
        using var large = new Mat(height * Fine, width * Fine, MatType.CV_8UC1, new Scalar(0));
        using var small = new Mat();
        Cv2.PutText(large, text, new Point(pad, pad + (int)(capHeight * Fine)), HersheyFonts.HersheySimplex, scale, new Scalar(255), thickness,
            LineTypes.AntiAlias);
        Cv2.Resize(large, small, new Size(width, height), interpolation: InterpolationFlags.Area);
        Blend(small, (int)Math.Round(x - align * size.Width / Fine) - pad / Fine, (int)Math.Round(y) - pad / Fine, colour);
    }

    /// <summary>Shortens a text until it fits into a width in pixels.</summary>
    internal static string Fit(string text, double width, double capHeight)
    {
        text = Printable(text);
        if (TextWidth(text, capHeight) <= width) return text;
        while (text.Length > 1 && TextWidth(text + "...", capHeight) > width) text = text[..^1];
        return text + "...";
    }

    internal static double TextWidth(string text, double capHeight, bool bold = false) => text.Length == 0
        ? 0
        : (double)Cv2.GetTextSize(Printable(text), HersheyFonts.HersheySimplex, capHeight * Fine / FontCap, Thickness(capHeight, bold), out _).Width / Fine;

    /// <summary>Copies BGR pixels onto the canvas.</summary>
    internal unsafe void Paste(ReadOnlySpan<byte> bgr, int width, int height, int x, int y)
    {
        for (int row = 0; row < height; row++)
            bgr.Slice(row * width * 3, width * 3).CopyTo(new Span<byte>((byte*)mat.Data + (y + row) * mat.Step() + x * 3, width * 3));
    }

    /// <param name="extension">.png or .jpg.</param>
    /// <param name="options">Pairs of OpenCV's ImwriteFlags and their values.</param>
    internal byte[] Encode(string extension = ".png", int[]? options = null)
    {
        Cv2.ImEncode(extension, mat, out byte[] encoded, options);
        return encoded;
    }

    /// <summary>Writes a PNG beside its place and renames it, so that nobody sees half of it.</summary>
    internal static void Save(string path, byte[] png)
    {
        string beside = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.part";
        try
        {
            File.WriteAllBytes(beside, png);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try { File.Delete(beside); } catch (IOException) { /* the first failure is the one to report */ }
            throw new PictureException($"{path}: cannot be written ({e.Message.Split('\n')[0]}); check the folder and its permissions.", e);
        }
    }

    public void Dispose() => mat.Dispose();

    private static int Subpixel(double v) => (int)Math.Round(Math.Clamp((v - 0.5) * (1 << SubpixelBits), -1e6, 1e6));

    private static int Thickness(double capHeight, bool bold) => Math.Max(1, (int)Math.Round(capHeight * Fine * (bold ? 0.19 : 0.115)));

    private static string Printable(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (char c in text) ascii.Append(c is >= ' ' and <= '~' ? c : '?');
        return ascii.ToString();
    }

    private unsafe void Blend(Mat cover, int left, int top, Scalar colour)
    {
        int bottom = Math.Min(cover.Rows, Height - top), right = Math.Min(cover.Cols, Width - left);
        for (int y = Math.Max(0, -top); y < bottom; y++)
        {
            byte* from = (byte*)cover.Data + y * cover.Step();
            byte* to = (byte*)mat.Data + (top + y) * mat.Step();
            for (int x = Math.Max(0, -left); x < right; x++)
            {
                byte* pixel = to + 3 * (left + x);
                pixel[0] = Mix(pixel[0], colour.Val0, from[x]);
                pixel[1] = Mix(pixel[1], colour.Val1, from[x]);
                pixel[2] = Mix(pixel[2], colour.Val2, from[x]);
            }
        }

        static byte Mix(byte under, double over, byte cover) => (byte)(under + (over - under) * cover / 255 + 0.5);
    }
}
