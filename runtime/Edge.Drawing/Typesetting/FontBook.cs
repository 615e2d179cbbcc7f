using System.Collections.Concurrent;
using System.Text;

namespace Edge.Drawing.Typesetting;

/// <summary>Finds a font for a character: DejaVu Sans, which is built in (Latin, Greek, Cyrillic, Arabic, Hebrew and more), then the fonts of the
/// machine. Without fontconfig, so that a file name looks the same whatever is configured. Threads may share it.</summary>
/// <param name="folders">Where fonts are installed; folders that do not exist hold none.</param>
internal sealed class FontBook(params string[] folders)
{
    private static readonly string[] Endings = [".ttf", ".otf", ".ttc", ".otc"];

    private static readonly Lazy<FontFace> Shipped = new(ReadBuiltIn);

    private readonly ConcurrentDictionary<Rune, FontFace?> found = new();
    private readonly ConcurrentDictionary<string, FontFace?> opened = new();
    private readonly Lazy<string[]> files = new(() => List(folders));

    /// <summary>The fonts of this machine.</summary>
    public static FontBook Default { get; } = new("/usr/share/fonts", "/usr/local/share/fonts",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "fonts"));

    /// <summary>The font that is built in.</summary>
    /// <exception cref="Edge.Runtime.DeviceException">A native library is missing.</exception>
    public static FontFace BuiltIn => Shipped.Value;

    /// <summary>The first font with a glyph for a character; null where no font has one.</summary>
    public FontFace? Find(Rune rune) => BuiltIn.Has(rune) ? BuiltIn : found.GetOrAdd(rune, Search);

    private FontFace? Search(Rune rune)
    {
        foreach (var file in files.Value)
            if (opened.GetOrAdd(file, FontFace.Open) is { } face && face.Has(rune) && face.Typeface is not null)
                return face;
        return null;
    }

    // Upright sans-serif first, then by name, so that two machines with the same fonts agree.
    private static string[] List(string[] folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", options))
            .Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .OrderBy(file => Path.GetFileName(file) is var name && name.Contains("Sans") && name.Contains("Regular") ? 0 : 1)
            .ThenBy(file => file, StringComparer.Ordinal)];
    }

    // The resource is part of the assembly's image, which is never unloaded.
    private static unsafe FontFace ReadBuiltIn()
    {
        SkiaLibrary.EnsureLoaded();
        var resource = (UnmanagedMemoryStream)typeof(FontBook).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return new FontFace((nint)resource.PositionPointer, (int)resource.Length);
    }
}
