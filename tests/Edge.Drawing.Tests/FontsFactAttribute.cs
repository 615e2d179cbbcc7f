using System.Text;
using Edge.Drawing.Typesetting;

namespace Edge.Drawing.Tests;

/// <summary>A test that needs glyphs for Japanese, Thai and Hindi, which the built-in font does not have.</summary>
public sealed class FontsFactAttribute : FactAttribute
{
    public FontsFactAttribute()
    {
        if (new[] { 0x30E9, 0x0E44, 0x0939 }.Any(letter => FontBook.Default.Find(new Rune(letter)) is null))
            Skip = "No font here has Japanese, Thai and Hindi: install fonts-noto-core and fonts-noto-cjk, or fonts-unifont.";
    }
}
