using System.Text;
using Edge.Drawing.Typesetting;
using HarfBuzzSharp;

namespace Edge.Drawing.Tests.Typesetting;

public class TextRunsTests
{
    private static readonly FontBook NoFonts = new();

    [FontsFact]
    public void Of_CaptionInManyScripts_HasAGlyphForEveryCharacter()
    {
        const string Caption = "\u30E9\u30D9\u30EB_\u691C\u67FB \u0416 \u0645\u0631\u062D\u0628\u0627 \u0E44\u0E17\u0E22 "
            + "\u05E9\u05DC\u05D5\u05DD \u0939\u093F\u0928\u094D\u0926\u0940 \uD55C\uAD6D";
        var runs = TextRuns.Of(Caption, FontBook.Default);
        Assert.Equal(Caption.EnumerateRunes().Order(), runs.SelectMany(run => run.Text.EnumerateRunes()).Order());
        var question = Glyphs(new TextRun("?", FontBook.BuiltIn, Script.Common, 0)).Single();
        foreach (var run in runs)
        {
            Assert.DoesNotContain(0u, Glyphs(run));
            if (run.Face == FontBook.BuiltIn)
                Assert.DoesNotContain(question, Glyphs(run));
        }
    }

    [Theory]
    [InlineData("\u4E2D", "[U+4E2D]")]
    [InlineData("a\u0E44b", "a[U+0E44]b")]
    [InlineData("a\u0001b\u202Ec\u2028", "a[U+0001]b[U+202E]c[U+2028]")]
    [InlineData("\U0001F4F7\u0416", "[U+1F4F7]\u0416")]
    public void Of_CharacterWithoutGlyph_IsItsCodePoint(string text, string shown) =>
        Assert.Equal(shown, string.Concat(TextRuns.Of(text, NoFonts).Select(run => run.Text)));

    [Fact]
    public void Of_LoneSurrogate_IsTheReplacementCharacter() =>
        Assert.Equal("a\uFFFDb", string.Concat(TextRuns.Of("a\uD800b", NoFonts).Select(run => run.Text.Replace('\uD800', '\uFFFD'))));

    [Fact]
    public void Of_BothDirections_StandInUnicodesOrder()
    {
        // By hand from UAX #9: the number is at level 2 within the Hebrew at level 1, and the blanks between them go with the Hebrew.
        const string Abc = "\u05D0\u05D1\u05D2", Def = "\u05D3\u05D4\u05D5";
        Assert.Equal([("abc ", 0), ($" {Def}", 1), ("12.5", 2), ($"{Abc} ", 1), (" x-7", 0)],
            TextRuns.Of($"abc {Abc} 12.5 {Def} x-7", NoFonts).Select(run => (run.Text, run.Level)));
    }

    [Fact]
    public void Of_ArabicWord_IsJoined()
    {
        // Beh alone, and at the end after another beh, are different glyphs.
        var alone = Glyphs(TextRuns.Of("\u0628", NoFonts).Single());
        var joined = Glyphs(TextRuns.Of("\u0628\u0628", NoFonts).Single());
        Assert.Equal(2, joined.Length);
        Assert.Empty(joined.Intersect(alone));
    }

    private static uint[] Glyphs(TextRun run)
    {
        using var buffer = new HarfBuzzSharp.Buffer();
        buffer.AddUtf16(run.Text);
        (buffer.Script, buffer.Direction) = (run.Script, run.Level % 2 == 0 ? Direction.LeftToRight : Direction.RightToLeft);
        run.Face.Shape(buffer);
        return [.. buffer.GlyphInfos.Select(info => info.Codepoint)];
    }
}
