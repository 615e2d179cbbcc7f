using System.Globalization;
using System.Xml.Linq;

namespace Edge.Bench.Report;

/// <summary>A chart as inline SVG. Colours come from the page's style sheet by class, so that light, dark and paper each have their own.</summary>
internal sealed class Chart
{
    const double Width = 360, Height = 268, Left = 58, Right = 14, Top = 14, Bottom = 44;

    readonly Axis _x, _y;
    readonly XElement _svg;
    readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    /// <summary>Draws the axes.</summary>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="x">Left to right.</param>
    /// <param name="y">From the bottom up.</param>
    public Chart(string description, Axis x, Axis y)
    {
        (_x, _y) = (x, y);
        _svg = Element("svg", ("viewBox", $"0 0 {Number(Width)} {Number(Height)}"), ("role", "img"), ("aria-label", description));
        foreach (var (value, text) in y.Ticks())
        {
            _svg.Add(Element("line", ("class", "grid"), ("x1", Number(Left)), ("x2", Number(Width - Right)), ("y1", Y(value)), ("y2", Y(value))));
            _svg.Add(Text(Left - 6, Down(value) + 4, text, "end"));
        }
        foreach (var (value, text) in x.Ticks())
        {
            _svg.Add(Element("line", ("class", "grid"), ("x1", X(value)), ("x2", X(value)), ("y1", Number(Height - Bottom)), ("y2", Number(Height - Bottom + 4))));
            _svg.Add(Text(Across(value), Height - Bottom + 17, text, "middle"));
        }
        _svg.Add(Element("rect", ("class", "plot"), ("x", Number(Left)), ("y", Number(Top)), ("width", Number(Width - Left - Right)), ("height", Number(Height - Top - Bottom))));
        _svg.Add(Text((Left + Width - Right) / 2, Height - 6, x.Title, "middle"));
        var title = Text(13, (Top + Height - Bottom) / 2, y.Title, "middle");
        title.SetAttributeValue("transform", $"rotate(-90 13 {Number((Top + Height - Bottom) / 2)})");
        _svg.Add(title);
    }

    /// <summary>The drawing.</summary>
    public XElement Svg => _svg;

    /// <summary>A line through points.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string style) => Add("polyline", points, $"line {style}");

    /// <summary>The area inside points.</summary>
    public void Area(IEnumerable<(double X, double Y)> points, string style) => Add("polygon", points, $"area {style}");

    /// <summary>A bar from the bottom; one that is not 0 can be seen.</summary>
    public void Bar(double from, double to, double height, string style)
    {
        var top = height > 0 ? Math.Min(Down(height), Height - Bottom - 2) : Height - Bottom;
        _svg.Add(Element("rect", ("class", $"bar {style}"), ("x", X(from)), ("y", Number(top)),
            ("width", Number(Across(to) - Across(from))), ("height", Number(Height - Bottom - top))));
    }

    /// <summary>A point.</summary>
    public void Dot(double x, double y, string style, double radius = 2.5) =>
        AddTaking(Element("circle", ("class", $"dot {style}"), ("cx", X(x)), ("cy", Y(y)), ("r", Number(radius))),
            (Across(x) - radius, Down(y) - radius, Across(x) + radius, Down(y) + radius));

    /// <summary>An upright line that names keep clear of.</summary>
    public void Interval(double x, double low, double high, string style) =>
        AddTaking(Element("line", ("class", $"line {style}"), ("x1", X(x)), ("x2", X(x)), ("y1", Y(low)), ("y2", Y(high))), (Across(x) - 1, Down(high), Across(x) + 1, Down(low)));

    /// <summary>A name above, below, right or left of a point: the first place where it meets neither a point drawn before nor another such name.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryName(double x, double y, string name)
    {
        double across = Across(x), down = Down(y), width = 6.8 * name.Length;
        foreach (var (anchor, left, baseline) in (ReadOnlySpan<(string, double, double)>)[
            ("middle", across - width / 2, down - 8), ("middle", across - width / 2, down + 17), ("start", across + 8, down + 4), ("end", across - 8 - width, down + 4),
            ("start", across - 5, down - 8), ("end", across + 5 - width, down - 8), ("start", across - 5, down + 17), ("end", across + 5 - width, down + 17)])
        {
            var box = (Left: left, Top: baseline - 10, Right: left + width, Bottom: baseline + 3);
            if (box.Left < Left || box.Right > Width - Right || box.Top < 0 || box.Bottom > Height - Bottom
                || _taken.Any(other => box.Left < other.Right && other.Left < box.Right && box.Top < other.Bottom && other.Top < box.Bottom))
                continue;
            AddTaking(Text(anchor switch { "start" => left, "end" => left + width, _ => left + width / 2 }, baseline, name, anchor, "name"), box);
            return true;
        }
        return false;
    }

    /// <summary>A vertical line over the whole height, with its name at the top.</summary>
    public void Mark(double x, string name)
    {
        _svg.Add(Element("line", ("class", "mark"), ("x1", X(x)), ("x2", X(x)), ("y1", Number(Top)), ("y2", Number(Height - Bottom))));
        var left = _x.Place(x) > 0.6;
        _svg.Add(Text(Across(x) + (left ? -5 : 5), Top + 12, name, left ? "end" : "start", "name"));
    }

    void Add(string shape, IEnumerable<(double X, double Y)> points, string style) =>
        _svg.Add(Element(shape, ("class", style), ("points", string.Join(' ', points.Select(point => $"{X(point.X)},{Y(point.Y)}")))));

    void AddTaking(XElement element, (double, double, double, double) box)
    {
        _svg.Add(element);
        _taken.Add(box);
    }

    double Across(double x) => Left + _x.Place(x) * (Width - Left - Right);

    double Down(double y) => Height - Bottom - _y.Place(y) * (Height - Top - Bottom);

    string X(double x) => Number(Across(x));

    string Y(double y) => Number(Down(y));

    static XElement Text(double x, double y, string text, string anchor, string style = "tick") =>
        new("text", new XAttribute("class", style), new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    static XElement Element(string name, params (string Name, string Value)[] attributes) =>
        new(name, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
