using System.Text;
using HarfBuzzSharp;
using SkiaSharp;

namespace Edge.Drawing.Typesetting;

/// <summary>One font: Skia draws its glyphs, HarfBuzz chooses and places them. Threads may share it.</summary>
internal sealed class FontFace
{
    private readonly Font shaper;

    private FontFace(SKTypeface typeface, Blob file)
    {
        Typeface = typeface;
        using (file)
        using (var face = new Face(file, 0))
        {
            UnitsPerEm = face.UnitsPerEm;
            shaper = new Font(face);
        }
        shaper.SetScale(UnitsPerEm, UnitsPerEm);
        shaper.SetFunctionsOpenType();
    }

    public SKTypeface Typeface { get; }

    /// <summary>Font units to the font's size.</summary>
    public int UnitsPerEm { get; }

    /// <summary>Reads a font from memory that stays where it is.</summary>
    public static FontFace Of(nint file, int length)
    {
        using var data = SKData.Create(file, length);
        return new FontFace(SKTypeface.FromData(data), new Blob(file, length, MemoryMode.ReadOnly));
    }

    /// <summary>Opens a font file, the first font of a collection.</summary>
    /// <returns>Null where it is no font that Skia reads.</returns>
    public static FontFace? Open(string path) => SKTypeface.FromFile(path) is { } typeface ? new FontFace(typeface, Blob.FromFile(path)) : null;

    /// <summary>Whether there is a glyph for a character.</summary>
    public bool Has(Rune rune) => shaper.TryGetNominalGlyph(rune.Value, out _);

    /// <summary>Replaces the characters in a buffer by glyphs, in the order in which they stand on the line.</summary>
    public void Shape(HarfBuzzSharp.Buffer buffer) => shaper.Shape(buffer);
}
