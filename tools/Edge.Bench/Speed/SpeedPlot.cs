using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Edge.Bench.Report;
using Edge.CommandLine;
using Edge.Drawing.Charts;
using ScottPlot;
using SkiaSharp;

namespace Edge.Bench.Speed;

/// <summary>Accuracy against latency, every row a point, in a file: image AUROC, pixel AUROC and AUPRO side by side, each with its Pareto front.</summary>
internal sealed class SpeedPlot
{
    const int PanelWidth = 480, PanelHeight = 357, Header = 40, Gap = 8, MostNames = 10;
    const double PictureScale = 1.5;

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
        if (rows.All(row => row.ImageAuroc is null))
            throw new UsageException($"--plot {_path}: the test pictures hold no defect, so there is no accuracy to draw.");
        Plot[] panels = [.. Figures.Select(figure => Panel(rows, figure.Name, figure.Of))];
        var (width, height) = (panels.Length * (PanelWidth + Gap) + Gap, Header + PanelHeight + Gap);
        var content = Path.GetExtension(_path).Equals(".png", StringComparison.OrdinalIgnoreCase)
            ? Chart.Png(width, height, PictureScale, Draw)
            : Encoding.UTF8.GetBytes(Chart.Svg(width, height, Draw) + "\n");
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

        void Draw(SKCanvas canvas)
        {
            canvas.Clear(SKColors.White);
            var title = $"{rows[0].Bundle}: accuracy against latency on {rows[0].Cpu}, {rows[0].Provider}; the line is the Pareto front";
            Figure.Write(canvas, title, 16, 13, 15, Chart.Ink);
            for (var i = 0; i < panels.Length; i++)
                panels[i].Draw(canvas, Gap + i * (PanelWidth + Gap), Header, PanelWidth, PanelHeight);
        }
    }

    static Plot Panel(IReadOnlyList<LatencyRow> rows, string figure, Func<LatencyRow, double?> value)
    {
        var points = rows.Where(row => value(row) is not null).OrderBy(row => row.P50).ToArray();
        double low = points.Min(row => value(row)!.Value), high = points.Max(row => value(row)!.Value), room = Math.Max(0.15 * (high - low), 0.002);
        var x = new Scale(rows.Min(row => row.P50) / 1.4, rows.Max(row => row.P50) * 1.4, IsLogarithmic: true);
        var plot = Chart.Of(x, "p50, milliseconds a picture", new Scale(low - room, Math.Min(high + room, 1 + 0.15 * (1 - low + room))), figure);
        (double X, double Y)[] places = [.. points.Select(row => (x.Of(row.P50), value(row)!.Value))];
        var front = Pareto.Front([.. points.Select(row => (row.P50, value(row)!.Value))]);
        int[] others = [.. Enumerable.Range(0, points.Length).Except(front)];
        plot.Line(front.Select(i => places[i]), Chart.Orange);
        plot.Dots(others.Select(i => places[i]), Chart.Blue);
        plot.Dots(front.Select(i => places[i]), Chart.Orange, size: 9);
        // The front is named first; of a crowd it alone is, and what finds no room is in the table.
        plot.Add.Plottable(new PointNames([.. front.Concat(others).Select(i =>
            (places[i].X, places[i].Y, places[i].Y, places[i].Y, points.Length <= MostNames || front.Contains(i) ? Name(points[i], rows) : ""))]));
        foreach (var row in rows.Where(row => row.ImageAuroc is null))
            plot.Mark(x, row.P50, Name(row, rows));
        return plot;
    }

    static string Name(LatencyRow row, IReadOnlyList<LatencyRow> rows)
    {
        var name = new StringBuilder(row.Profile);
        if (rows.Any(other => other.Threads != row.Threads))
            name.Append(CultureInfo.InvariantCulture, $" x{row.Threads}");
        return name.ToString();
    }
}
