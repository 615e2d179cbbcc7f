using System.Xml.Linq;
using Edge.Drawing.Typesetting;
using ScottPlot;
using ScottPlot.Rendering.RenderActions;
using SkiaSharp;

namespace Edge.Drawing.Charts;

/// <summary>ScottPlot in one style: on white, in blue and orange, which the colour-blind tell apart, and in the built-in font.</summary>
internal static class Chart
{
    /// <summary>A page in dark mode replaces each of these by a colour of its own; see report.css of edge-bench.</summary>
    public static readonly Color Ink = Color.FromHex("#14191e"), Soft = Color.FromHex("#55616d"), Rule = Color.FromHex("#d3dae1"),
        Blue = Color.FromHex("#1f6fb8"), Orange = Color.FromHex("#c8500a"), Grey = Color.FromHex("#6d7a86");

    // Not in a static constructor, which would hide what is wrong with a native library.
    private static readonly Lazy<string> Font = new(() =>
    {
        SkiaLibrary.EnsureLoaded();
        Fonts.FontResolvers.Insert(0, new BuiltInFont());
        return Fonts.Default = BuiltInFont.Name;
    });

    /// <summary>A plot with its axes.</summary>
    /// <param name="x">Left to right.</param>
    /// <param name="xTitle">What it shows, with its unit.</param>
    /// <param name="y">From the bottom up.</param>
    /// <param name="yTitle">What it shows, with its unit.</param>
    /// <param name="textSize">Size of the font, in units of the picture.</param>
    public static Plot Of(Scale x, string xTitle, Scale y, string yTitle, float textSize = 12)
    {
        var font = Font.Value;
        var plot = new Plot();
        // They would clear all of the drawing that the plot is a part of.
        plot.RenderManager.RenderActions.RemoveAll(action => action is ClearCanvas or RenderFigureBackground);
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.FrameColor(Rule);
        plot.Axes.FrameWidth(1);
        plot.Grid.MajorLineColor = Rule;
        plot.Grid.MajorLineWidth = 0.75f;
        plot.Legend.IsVisible = false;
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.ForeColor = axis.TickLabelStyle.ForeColor = Soft;
            axis.Label.FontName = axis.TickLabelStyle.FontName = font;
            (axis.Label.FontSize, axis.TickLabelStyle.FontSize, axis.Label.Bold) = (textSize, textSize, false);
            axis.MajorTickStyle.Color = Rule;
            axis.MinorTickStyle.Length = 0;
        }
        x.Apply(plot.Axes.Bottom, xTitle);
        y.Apply(plot.Axes.Left, yTitle);
        plot.Axes.SetLimits(x.Of(x.From), x.Of(x.To), y.Of(y.From), y.Of(y.To));
        return plot;
    }

    /// <summary>A line through points.</summary>
    public static void Line(this Plot plot, IEnumerable<(double X, double Y)> points, Color colour, float width = 2, bool dashed = false)
    {
        var line = plot.Add.ScatterLine(points.Select(point => new Coordinates(point.X, point.Y)).ToArray(), colour);
        line.LineWidth = width;
        line.LineStyle.Rounded = true;
        line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
    }

    /// <summary>The area inside points.</summary>
    public static void Area(this Plot plot, IEnumerable<(double X, double Y)> points, Color colour)
    {
        var area = plot.Add.Polygon(points.Select(point => new Coordinates(point.X, point.Y)).ToArray());
        area.FillColor = colour.WithAlpha(0.18);
        area.LineWidth = 0;
    }

    /// <summary>Round points; their size is their diameter.</summary>
    public static void Dots(this Plot plot, IEnumerable<(double X, double Y)> points, Color colour, float size = 6) =>
        plot.Add.Markers(points.Select(point => new Coordinates(point.X, point.Y)).ToArray(), MarkerShape.FilledCircle, size, colour);

    /// <summary>A vertical line over the whole height, with its name at the top.</summary>
    public static void Mark(this Plot plot, Scale x, double value, string name)
    {
        plot.Add.VerticalLine(x.Of(value), 1.5f, Ink, LinePattern.Dashed);
        var left = x.Place(value) > 0.6;
        var text = plot.Add.Text(name, x.Of(value), plot.Axes.Left.Max);
        text.LabelStyle.Alignment = left ? Alignment.UpperRight : Alignment.UpperLeft;
        (text.OffsetX, text.OffsetY) = (left ? -5 : 5, 3);
        (text.LabelFontColor, text.LabelFontName, text.LabelFontSize) = (Ink, BuiltInFont.Name, plot.Axes.Left.TickLabelStyle.FontSize);
    }

    /// <summary>A drawing as a PNG file's bytes, on white.</summary>
    /// <param name="width">In units of the drawing.</param>
    /// <param name="height">In units of the drawing.</param>
    /// <param name="scale">Pixels for one unit.</param>
    /// <param name="draw">Draws it.</param>
    public static byte[] Png(int width, int height, double scale, Action<SKCanvas> draw)
    {
        using var canvas = new Canvas((int)Math.Ceiling(width * scale), (int)Math.Ceiling(height * scale), SKColors.White);
        canvas.Skia.Scale((float)scale);
        draw(canvas.Skia);
        return canvas.Png();
    }

    /// <summary>A drawing as SVG.</summary>
    public static XElement Svg(int width, int height, Action<SKCanvas> draw)
    {
        SkiaLibrary.EnsureLoaded();
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
            draw(canvas);
        stream.Position = 0;
        var svg = XDocument.Load(stream).Root!;
        svg.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        // Skia leaves blanks around texts, and a comma after the last of their places, which is no list of numbers.
        foreach (var text in svg.Descendants().Where(element => element.Name.LocalName == "text"))
        {
            text.Value = text.Value.Trim();
            foreach (var places in text.Attributes().Where(attribute => attribute.Name.LocalName is "x" or "y"))
                places.Value = places.Value.TrimEnd(' ', ',');
        }
        return svg;
    }

    /// <summary>Draws a plot into a part of a drawing.</summary>
    public static void Draw(this Plot plot, SKCanvas canvas, float left, float top, float width, float height)
    {
        var place = new PixelRect(left, left + width, top + height, top);
        // The first time ScottPlot draws everything twice, once to learn the sizes of the ticks.
        using (var nowhere = new SKNoDrawCanvas((int)(left + width), (int)(top + height)))
            plot.Render(nowhere, place);
        plot.Render(canvas, place);
    }

    private sealed class BuiltInFont : IFontResolver
    {
        public const string Name = "DejaVu Sans";

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => FontBook.BuiltIn.Typeface;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => FontBook.BuiltIn.Typeface;
    }
}
