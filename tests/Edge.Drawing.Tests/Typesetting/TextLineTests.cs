using Edge.Drawing.Typesetting;

namespace Edge.Drawing.Tests.Typesetting;

public class TextLineTests
{
    [Fact]
    public void Fitting_LongText_FillsTheWidthAndNoMore()
    {
        using var letter = new TextLine("x", 14);
        using var line = TextLine.Fitting(new string('x', 300), 200, 14);
        Assert.InRange(line.Width, 200 - 2 * letter.Width, 200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("part-17.png")]
    public void Fitting_ShortText_IsWhole(string text)
    {
        using var line = TextLine.Fitting(text, 200, 14);
        using var whole = new TextLine(text, 14);
        Assert.Equal(whole.Width, line.Width);
    }

    [Fact]
    public void Fitting_NoRoom_IsAnEllipsis()
    {
        using var line = TextLine.Fitting("part-17.png", 1, 14);
        using var ellipsis = new TextLine("\u2026", 14);
        Assert.Equal(ellipsis.Width, line.Width);
    }
}
