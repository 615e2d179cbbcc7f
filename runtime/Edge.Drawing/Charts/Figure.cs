using Edge.Drawing.Typesetting;
using ScottPlot;
using SkiaSharp;

namespace Edge.Drawing.Charts;

/// <summary>Text around plots, in any script.</summary>
internal static class Figure
{
    /// <summary>Writes a line of text; (x, y) is the top of its capitals at the left end.</summary>
    public static void Write(SKCanvas canvas, string text, float x, float y, float textSize, Color colour)
    {
        using var line = new TextLine(text, 0.729 * textSize);
        using var paint = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
        line.Draw(canvas, x, y, paint);
    }

    /// <summary>Writes what a line means, ending at the right, with a piece of that line before it.</summary>
    /// <returns>Where one to the left of it ends.</returns>
    public static float Key(SKCanvas canvas, string text, Color colour, float right, float y, float textSize)
    {
        using var line = new TextLine(text, 0.729 * textSize);
        using var paint = new SKPaint { Color = Chart.Ink.ToSKColor(), IsAntialias = true };
        line.Draw(canvas, right - line.Width, y, paint);
        paint.Color = colour.ToSKColor();
        var left = right - line.Width - 34;
        canvas.DrawRect(left, y + line.CapHeight / 2 - 2, 26, 4, paint);
        return left - 24;
    }
}
