using System.Globalization;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Spectre.Console;

namespace Edge.Bench.Peer;

/// <summary>The command <c>peer</c>.</summary>
internal sealed class PeerBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Measures a bundle's profiles and PatchCore on the same test pictures, in one run.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A data set in one of the layouts that are read.</param>
    /// <param name="normals">Good pictures that PatchCore remembers; null takes train/good of the data set.</param>
    /// <param name="asked">Profiles; none takes the default.</param>
    /// <param name="vectors">Vectors that PatchCore keeps.</param>
    /// <param name="size">Longer side of its pictures.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string data, string? normals, ProfileKey[] asked, int vectors, int size, bool json, int depth)
    {
        var set = DefectDataset.Open(data);
        var good = PictureFolder.List(normals ?? Path.Combine(data, "train", "good"));
        using (var subject = open(bundle, new SubjectOptions()))
            asked = asked.Length > 0 ? asked : [subject.DefaultProfile];
        var rows = new Evaluator(open, error) { Depth = depth }.Run(bundle, set, asked, null).Select(evaluation => new PeerRow
        {
            Method = evaluation.Row.Profile, ImageAuroc = evaluation.Row.ImageAuroc, PixelAuroc = evaluation.Row.PixelAuroc, Aupro = evaluation.Row.Aupro,
            Milliseconds = evaluation.Row.P50Milliseconds,
        }).ToList();
        using (var peer = new PatchCore(good, vectors, size, depth))
            rows.Add(peer.Measure(set, error, depth));
        if (json)
        {
            foreach (var row in rows)
                JsonLines.Write(output, row);
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("method");
        foreach (var column in (string[])["image AUROC", "pixel AUROC", "AUPRO 0.3", "ms"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Method), Cell(row.ImageAuroc), Cell(row.PixelAuroc), Cell(row.Aupro), row.Milliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        Terminal.For(output).Write(table);
    }

    private static string Cell(double? value) => value is { } known ? known.ToString("0.000", CultureInfo.InvariantCulture) : "-";
}
