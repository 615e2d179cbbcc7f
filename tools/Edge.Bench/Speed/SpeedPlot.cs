using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Edge.Bench.Report;
using Edge.CommandLine;

namespace Edge.Bench.Speed;

/// <summary>Accuracy against latency, every row a point, in a file: image AUROC, pixel AUROC and AUPRO side by side, each with its Pareto front.</summary>
internal sealed class SpeedPlot
{
    const double PanelWidth = 480, PanelHeight = 357, Header = 40, Gap = 8, PictureScale = 1.5;
    const int MostNames = 10;

    const string Style = """
        text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: #55616d; }
        .title { font-size: 15px; font-weight: 600; fill: #14191e; }
        .name { font-weight: 600; fill: #14191e; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; }
        .back { fill: #ffffff; }
        .plot { fill: none; stroke: #d3dae1; }
        .grid { stroke: #d3dae1; stroke-width: .75; }
        .line { fill: none; stroke: #c8500a; stroke-width: 2; stroke-linejoin: round; }
        .dot.front { fill: #c8500a; }
        .dot.point { fill: #1f6fb8; }
        .mark { stroke: #14191e; stroke-width: 1.5; stroke-dasharray: 5 3; }
        """;

    static readonly (string Name, Func<LatencyRow, double?> Of)[] Figures =
        [("image AUROC", row => row.ImageAuroc), ("pixel AUROC", row => row.PixelAuroc), ("AUPRO 0.3", row => row.Aupro)];

    readonly string _path;

    /// <param name="path">The file, .svg or .png.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public SpeedPlot(string path)
    {
        _path = path;
        if (Path.GetExtension(path).ToLowerInvariant() is not (".svg" or ".png"))
            throw new UsageException($"--plot {path}: ends neither in .svg nor in .png.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"--plot {path}: there is no folder {folder}.");
    }

    /// <summary>Draws the rows and replaces the file. Rows without accuracy (the peer) are marked by their time alone.</summary>
    /// <exception cref="UsageException">No row has an accuracy, because the data set has no defects, or the file cannot be written.</exception>
    public void Write(IReadOnlyList<LatencyRow> rows)
    {
        var svg = Svg(rows);
        var content = Path.GetExtension(_path).Equals(".png", StringComparison.OrdinalIgnoreCase)
            ? ChartPicture.Png(svg, PictureScale)
            : Encoding.UTF8.GetBytes(svg + "\n");
        var beside = $"{_path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllBytes(beside, content);
            File.Move(beside, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--plot {_path}: cannot be written ({e.Message.Split('\n')[0]}); check the folder and its permissions.", e);
        }
    }

    XElement Svg(IReadOnlyList<LatencyRow> rows)
    {
        if (rows.All(row => row.ImageAuroc is null))
            throw new UsageException($"--plot {_path}: the test pictures hold no defect, so there is no accuracy to draw.");
        XNamespace ns = "http://www.w3.org/2000/svg";
        var (width, height) = (Figures.Length * (PanelWidth + Gap) + Gap, Header + PanelHeight + Gap);
        var svg = new XElement("svg", new XAttribute("viewBox", FormattableString.Invariant($"0 0 {width} {height}")), new XAttribute("width", width), new XAttribute("height", height),
            new XElement("style", Style),
            new XElement("rect", new XAttribute("class", "back"), new XAttribute("x", 0), new XAttribute("y", 0), new XAttribute("width", width), new XAttribute("height", height)),
            new XElement("text", new XAttribute("class", "title"), new XAttribute("x", 16), new XAttribute("y", 24),
                $"{rows[0].Bundle}: accuracy against latency on {rows[0].Cpu}, {rows[0].Provider}; the line is the Pareto front"));
        for (var i = 0; i < Figures.Length; i++)
        {
            var panel = Panel(rows, Figures[i].Name, Figures[i].Of).Svg;
            foreach (var (name, value) in new[] { ("x", Gap + i * (PanelWidth + Gap)), ("y", Header), ("width", PanelWidth), ("height", PanelHeight) })
                panel.SetAttributeValue(name, value);
            svg.Add(panel);
        }
        foreach (var element in svg.DescendantsAndSelf())
            element.Name = ns + element.Name.LocalName;
        return svg;
    }

    static Chart Panel(IReadOnlyList<LatencyRow> rows, string figure, Func<LatencyRow, double?> value)
    {
        var points = rows.Where(row => value(row) is not null).OrderBy(row => row.P50).ToArray();
        double low = points.Min(row => value(row)!.Value), high = points.Max(row => value(row)!.Value), room = Math.Max(0.15 * (high - low), 0.002);
        var chart = new Chart($"{figure} against milliseconds a picture",
            new Axis("p50, milliseconds a picture", rows.Min(row => row.P50) / 1.4, rows.Max(row => row.P50) * 1.4, IsLogarithmic: true), new Axis(figure, low - room, Math.Min(high + room, 1 + 0.15 * (1 - low + room))));
        var front = Pareto.Front([.. points.Select(row => (row.P50, value(row)!.Value))]);
        chart.Line(front.Select(i => (points[i].P50, value(points[i])!.Value)), "front");
        foreach (var i in Enumerable.Range(0, points.Length).Except(front).Concat(front))
            chart.Dot(points[i].P50, value(points[i])!.Value, front.Contains(i) ? "front" : "point", radius: front.Contains(i) ? 4.5 : 3);
        // The front is named first; of a crowd it alone is, and what finds no room is in the table.
        foreach (var i in points.Length <= MostNames ? front.Concat(Enumerable.Range(0, points.Length).Except(front)) : front)
            chart.TryName(points[i].P50, value(points[i])!.Value, Name(points[i], rows));
        foreach (var row in rows.Where(row => row.ImageAuroc is null))
            chart.Mark(row.P50, Name(row, rows));
        return chart;
    }

    static string Name(LatencyRow row, IReadOnlyList<LatencyRow> rows)
    {
        var name = new StringBuilder(row.Profile);
        if (rows.Any(other => other.Variant != row.Variant))
            name.Append(' ').Append(row.Variant);
        if (rows.Any(other => other.Threads != row.Threads))
            name.Append(CultureInfo.InvariantCulture, $" x{row.Threads}");
        return name.ToString();
    }
}
