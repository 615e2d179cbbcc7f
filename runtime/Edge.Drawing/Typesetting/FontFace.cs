using System.IO.MemoryMappedFiles;
using System.Text;
using HarfBuzzSharp;
using SkiaSharp;

namespace Edge.Drawing.Typesetting;

/// <summary>One font: HarfBuzz chooses and places its glyphs, Skia draws them. Threads may share it.</summary>
internal sealed class FontFace
{
    private readonly Font shaper;
    private readonly Lazy<SKTypeface?> typeface;

    /// <param name="file">The first byte of the font's file, in memory that stays where it is.</param>
    /// <param name="length">The file's bytes.</param>
    public FontFace(nint file, int length)
    {
        typeface = new Lazy<SKTypeface?>(() =>
        {
            using var data = SKData.Create(file, length);
            return SKTypeface.FromData(data);
        });
        using (var blob = new Blob(file, length, MemoryMode.ReadOnly))
        using (var face = new Face(blob, 0))
        {
            UnitsPerEm = face.UnitsPerEm;
            shaper = new Font(face);
        }
        shaper.SetScale(UnitsPerEm, UnitsPerEm);
        shaper.SetFunctionsOpenType();
    }

    /// <summary>Read when it is first asked for, since of most fonts only the table of characters is ever looked at. Null where Skia cannot read
    /// it.</summary>
    public SKTypeface? Typeface => typeface.Value;

    /// <summary>Font units to the font's size.</summary>
    public int UnitsPerEm { get; }

    /// <summary>Maps a font file into memory, for as long as the program runs: fonts of Chinese have tens of megabytes, of which little is
    /// looked at.</summary>
    /// <returns>The first font of the file, without any character where it is no font; null where it cannot be read.</returns>
    public static unsafe FontFace? Open(string path)
    {
        try
        {
            using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
            byte* start = null;
            view.AcquirePointer(ref start);
            return new FontFace((nint)start, (int)new FileInfo(path).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether there is a glyph for a character.</summary>
    public bool Has(Rune rune) => shaper.TryGetNominalGlyph(rune.Value, out _);

    /// <summary>Replaces the characters in a buffer by glyphs, in the order in which they stand on the line.</summary>
    public void Shape(HarfBuzzSharp.Buffer buffer) => shaper.Shape(buffer);
}
