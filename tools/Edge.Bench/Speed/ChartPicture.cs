using System.Globalization;
using System.Xml.Linq;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Bench.Speed;

/// <summary>Draws the few SVG elements a chart is made of as a picture, in the colours of Edge's other pictures.</summary>
internal static class ChartPicture
{
    // Of the charts' 11 and the title's 15 pixels.
    const double CapHeight = 8, TitleCapHeight = 11;

    /// <param name="svg">The drawing, with a viewBox that begins at 0 0.</param>
    /// <param name="scale">Pixels for one unit of it.</param>
    public static byte[] Png(XElement svg, double scale)
    {
        var size = ViewBox(svg);
        using var canvas = new Canvas((int)Math.Ceiling(size.Width * scale), (int)Math.Ceiling(size.Height * scale));
        Draw(canvas, svg, 0, 0, scale);
        return canvas.Encode();
    }

    static void Draw(Canvas canvas, XElement group, double left, double top, double scale)
    {
        foreach (var element in group.Elements())
        {
            var style = (string?)element.Attribute("class") ?? "";
            switch (element.Name.LocalName)
            {
                case "svg":
                    Draw(canvas, element, X("x"), Y("y"), scale * Value(element, "width") / ViewBox(element).Width);
                    break;
                case "line":
                    canvas.Polyline([(X("x1"), Y("y1")), (X("x2"), Y("y2"))], Colour(style));
                    break;
                case "rect" when style == "plot":
                    double right = X("x") + scale * Value(element, "width"), bottom = Y("y") + scale * Value(element, "height");
                    canvas.Polyline([(X("x"), Y("y")), (right, Y("y")), (right, bottom), (X("x"), bottom)], Colour(style), closed: true);
                    break;
                case "polyline":
                    canvas.Polyline(((string)element.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(','))
                        .Select(point => (left + scale * Parse(point[0]), top + scale * Parse(point[1]))), Colour(style), 2);
                    break;
                case "circle":
                    var side = (int)Math.Round(2 * scale * Value(element, "r"));
                    canvas.Fill((int)X("cx") - side / 2, (int)Y("cy") - side / 2, side, side, Colour(style));
                    break;
                case "text":
                    Write(canvas, element, style, X("x"), Y("y"), left, top, scale);
                    break;
            }

            double X(string name) => left + scale * Value(element, name);
            double Y(string name) => top + scale * Value(element, name);
        }
    }

    static void Write(Canvas canvas, XElement text, string style, double x, double y, double left, double top, double scale)
    {
        var title = style == "title";
        var height = (title ? TitleCapHeight : CapHeight) * scale;
        // Upright text alone can be written: the name of the upward axis goes to its top.
        if (text.Attribute("transform") is not null)
            canvas.Write(text.Value, left + 4 * scale, top + 2 * scale, height, Canvas.Muted);
        else
            canvas.Write(text.Value, x, y - height, height, style is "name" or "title" ? Canvas.Text : Canvas.Muted,
                (string?)text.Attribute("text-anchor") switch { "middle" => 0.5, "end" => 1, _ => 0 }, bold: title);
    }

    static Scalar Colour(string style) => style switch
    {
        "grid" or "plot" => Canvas.Line,
        "mark" => Canvas.Muted,
        _ when style.EndsWith("front", StringComparison.Ordinal) => Canvas.Amber,
        _ => Canvas.Blue,
    };

    static (double Width, double Height) ViewBox(XElement svg)
    {
        var numbers = ((string)svg.Attribute("viewBox")!).Split(' ');
        return (Parse(numbers[2]), Parse(numbers[3]));
    }

    static double Value(XElement element, string attribute) => Parse((string)element.Attribute(attribute)!);

    static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
