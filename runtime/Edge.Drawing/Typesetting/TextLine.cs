using System.Globalization;
using HarfBuzzSharp;
using SkiaSharp;

namespace Edge.Drawing.Typesetting;

/// <summary>One line of text in any script, ready to be drawn.</summary>
internal sealed class TextLine : IDisposable
{
    // Height of DejaVu Sans' capitals, as a share of the font's size.
    private const float CapShare = 0.729f;

    private readonly SKTextBlob? glyphs;

    /// <param name="text">The text; what no font has is written as its code point.</param>
    /// <param name="capHeight">Height of its capitals, in pixels.</param>
    /// <param name="bold">Heavier strokes.</param>
    /// <param name="fonts">Where glyphs are looked for; null = on this machine.</param>
    public TextLine(string text, double capHeight, bool bold = false, FontBook? fonts = null)
    {
        CapHeight = (float)capHeight;
        var size = CapHeight / CapShare;
        using var builder = new SKTextBlobBuilder();
        var x = 0f;
        foreach (var run in TextRuns.Of(text, fonts ?? FontBook.Default))
            x = Add(builder, run, x, size, bold);
        Width = x;
        glyphs = builder.Build();
    }

    /// <summary>In pixels.</summary>
    public float CapHeight { get; }

    /// <summary>In pixels.</summary>
    public float Width { get; }

    /// <summary>The text, or as much of its beginning as fits into a width, with an ellipsis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="capHeight">Height of its capitals, in pixels.</param>
    public static TextLine Fitting(string text, double width, double capHeight)
    {
        var line = new TextLine(text, capHeight);
        if (line.Width <= width)
            return line;
        var starts = StringInfo.ParseCombiningCharacters(text);
        int fits = 0, tooMany = starts.Length;
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            line.Dispose();
            line = Shortened(middle);
            (fits, tooMany) = line.Width <= width ? (middle, tooMany) : (fits, middle);
        }
        line.Dispose();
        return Shortened(fits);

        TextLine Shortened(int elements) => new(text[..starts[elements]] + "\u2026", capHeight);
    }

    /// <summary>Draws it from a point on: x is its left end, y the top of its capitals.</summary>
    public void Draw(SKCanvas canvas, double x, double y, SKPaint paint)
    {
        if (glyphs is not null)
            canvas.DrawText(glyphs, (float)x, (float)y + CapHeight, paint);
    }

    public void Dispose() => glyphs?.Dispose();

    private static float Add(SKTextBlobBuilder builder, TextRun run, float x, float size, bool bold)
    {
        using var buffer = new HarfBuzzSharp.Buffer();
        buffer.AddUtf16(run.Text);
        buffer.Script = run.Script;
        buffer.Direction = run.Level % 2 == 0 ? Direction.LeftToRight : Direction.RightToLeft;
        run.Face.Shape(buffer);
        var (infos, places) = (buffer.GlyphInfos, buffer.GlyphPositions);
        var scale = size / run.Face.UnitsPerEm;
        var ids = new ushort[infos.Length];
        var points = new SKPoint[infos.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = (ushort)infos[i].Codepoint;
            points[i] = new SKPoint(x + places[i].XOffset * scale, -places[i].YOffset * scale);
            x += places[i].XAdvance * scale;
        }
        // Unhinted, so that letters keep their shapes and distances at every size and on every machine.
        using var font = new SKFont(run.Face.Typeface, size) { Subpixel = true, Hinting = SKFontHinting.None, Embolden = bold };
        builder.AddPositionedRun(ids, font, points);
        return x;
    }
}
