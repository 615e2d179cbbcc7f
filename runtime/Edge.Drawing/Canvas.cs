using Edge.Drawing.Typesetting;
using Edge.Runtime.Imaging;
using OpenCvSharp;
using SkiaSharp;

namespace Edge.Drawing;

/// <summary>A picture to draw on.</summary>
internal sealed class Canvas : IDisposable
{
    private readonly SKBitmap bitmap;
    private readonly SKCanvas canvas;

    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="background">Its colour; null where all of it is drawn over.</param>
    public Canvas(int width, int height, SKColor? background = null)
    {
        SkiaLibrary.EnsureLoaded();
        OpenCvLibrary.EnsureLoaded();
        bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        if (background is { } colour)
            bitmap.Erase(colour);
        canvas = new SKCanvas(bitmap);
    }

    public int Width => bitmap.Width;

    public int Height => bitmap.Height;

    public SKCanvas Skia => canvas;

    public void Fill(int x, int y, int width, int height, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour };
        canvas.DrawRect(x, y, Math.Max(1, width), Math.Max(1, height), paint);
    }

    /// <summary>Writes a line of text; (x, y) is the top of its capitals at the left, centre (0.5) or right (1) end.</summary>
    /// <returns>Its width, in pixels.</returns>
    public float Write(string text, double x, double y, double capHeight, SKColor colour, double align = 0, bool bold = false)
    {
        using var line = new TextLine(text, capHeight, bold);
        Write(line, x - align * line.Width, y, colour);
        return line.Width;
    }

    /// <summary>Writes a line of text; (x, y) is the top of its capitals at the left end.</summary>
    public void Write(TextLine line, double x, double y, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        line.Draw(canvas, x, y, paint);
    }

    /// <summary>The pixels at a place, to be written by OpenCV: blue, green, red and 255.</summary>
    public Mat Region(int x, int y, int width, int height) =>
        Mat.FromPixelData(height, width, MatType.CV_8UC4, bitmap.GetAddress(x, y), bitmap.RowBytes);

    /// <summary>Copies grey or BGR pixels.</summary>
    public void Paste(Mat picture, int x, int y)
    {
        using var region = Region(x, y, picture.Width, picture.Height);
        Cv2.CvtColor(picture, region, picture.Channels() == 1 ? ColorConversionCodes.GRAY2BGRA : ColorConversionCodes.BGR2BGRA);
    }

    /// <summary>A PNG file's bytes. Fast rather than small: nobody waits for these pictures, but they are written while a line runs.</summary>
    public byte[] Png() => Encoded(pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 1)));

    /// <summary>A JPEG file's bytes.</summary>
    /// <param name="quality">1 to 100.</param>
    public byte[] Jpeg(int quality) =>
        Encoded(pixels => pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)));

    public void Dispose()
    {
        canvas.Dispose();
        bitmap.Dispose();
    }

    private byte[] Encoded(Func<SKPixmap, SKData?> encode)
    {
        using var pixels = bitmap.PeekPixels();
        using var file = encode(pixels) ?? throw new OutOfMemoryException($"A picture of {Width} x {Height} pixels cannot be encoded.");
        return file.ToArray();
    }
}
