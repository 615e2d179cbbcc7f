using System.Xml.Linq;
using Edge.Drawing.Charts;
using ScottPlot;

namespace Edge.Bench.Report;

/// <summary>A chart of a report.</summary>
/// <param name="Description">What it shows, for those who cannot see it.</param>
/// <param name="Plot">The chart.</param>
internal sealed record ReportChart(string Description, Plot Plot)
{
    const int Width = 400, Height = 300;

    /// <summary>The chart as an element of a page, without namespaces, as HTML wants it.</summary>
    public XElement Svg()
    {
        var svg = Chart.Svg(Width, Height, canvas => Plot.Draw(canvas, 0, 0, Width, Height));
        foreach (var element in svg.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        svg.ReplaceAttributes(
            new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("role", "img"), new XAttribute("aria-label", Description));
        return svg;
    }
}
