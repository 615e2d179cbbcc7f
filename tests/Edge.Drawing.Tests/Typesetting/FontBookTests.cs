using System.Text;
using Edge.Drawing.Typesetting;

namespace Edge.Drawing.Tests.Typesetting;

public class FontBookTests
{
    [Theory]
    [InlineData('A')]
    [InlineData('\u00DF')]
    [InlineData('\u0416')]
    [InlineData('\u03A9')]
    [InlineData('\u0628')]
    [InlineData('\u05D0')]
    [InlineData('\u2026')]
    public void Find_WithoutInstalledFonts_IsBuiltIn(char letter) =>
        Assert.Same(FontBook.BuiltIn, new FontBook("/no/such/folder").Find(new Rune(letter)));

    [Fact]
    public void Find_DamagedFontFile_IsPassedOver()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.ttf"), "no font");
        File.WriteAllBytes(folder.File("b.otf"), []);
        Assert.Null(new FontBook(folder.Path).Find(new Rune('\u4E2D')));
    }
}
