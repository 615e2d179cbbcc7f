using System.Globalization;
using Edge.Bench.Speed;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Runtime.Bundles;
using Spectre.Console;

namespace Edge.Bench;

/// <summary>The command <c>accuracy</c>.</summary>
internal sealed class AccuracyBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Inspects the test pictures with each profile and prints what the verdicts are worth.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A data set in one of the layouts that are read.</param>
    /// <param name="asked">Profiles with their precision; none = all.</param>
    /// <param name="alpha">False-reject rate asked of the threshold; null = the bundle's own.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string data, ProfileKey[] asked, double? alpha, bool json, int depth = 0)
    {
        var rows = new List<AccuracyRow>();
        var name = "";
        foreach (var evaluation in new Evaluator(open, error) { Depth = depth }.Run(bundle, DefectDataset.Open(data), asked, alpha))
        {
            rows.Add(evaluation.Row);
            name = evaluation.Results[0].Bundle;
            if (json)
                JsonLines.Write(output, evaluation.Row);
        }
        if (!json)
            Print(rows, name, data);
    }

    void Print(List<AccuracyRow> rows, string bundle, string data)
    {
        var console = Terminal.For(output);
        console.WriteLine($"{bundle} on {data}: {rows[0].Good} good, {rows[0].Defective} defective pictures; below each value its 95 % interval");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile");
        foreach (var column in (string[])["image AUROC", "pixel AUROC", "AUPRO 0.3", "AUPIMO", "F1 max", "recall @ 1 %", "false rejects", "asked", "recall", "controls OK", "nfe", "ms"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(
                Markup.Escape(row.IsDefault ? $"{row.Profile} *" : row.Profile),
                Cell(row.ImageAuroc, row.ImageAurocInterval), Cell(row.PixelAuroc, row.PixelAurocInterval), Cell(row.Aupro, row.AuproInterval),
                Cell(row.Aupimo, row.AupimoInterval), Cell(row.F1Max, row.F1MaxInterval), Cell(row.RecallAt1Pct, row.RecallAt1PctInterval),
                Cell(row.FalseRejectsSeen, row.FalseRejectsSeenInterval), row.Alpha.ToString("0.####", CultureInfo.InvariantCulture),
                Cell(row.RecallSeen, row.RecallSeenInterval), row.PassedControls.Count.ToString(CultureInfo.InvariantCulture), LatencyTables.Evaluations(row.Evaluations), row.MeanMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        console.Write(table);
        var shown = rows.FirstOrDefault(row => row.IsDefault) ?? rows[0];
        if (shown.Kinds.Count > 1)
        {
            var kinds = new Table().Border(TableBorder.Simple).AddColumn($"{Markup.Escape(shown.Profile)} by kind of defect");
            foreach (var column in (string[])["pictures", "image AUROC", "recall"])
                kinds.AddColumn(new TableColumn(column).RightAligned());
            foreach (var kind in shown.Kinds)
                kinds.AddRow(Markup.Escape(kind.Kind), kind.Pictures.ToString(CultureInfo.InvariantCulture), Cell(kind.ImageAuroc, null), Cell(kind.RecallSeen, kind.RecallSeenInterval));
            console.Write(kinds);
        }
        console.WriteLine("* default profile. Recall @ 1 % takes its threshold from these good pictures; false rejects and recall are those of the bundle's own threshold.");
        console.WriteLine("Controls OK: pictures that show no good part, such as a black one, that a profile calls OK. None should be.");
        foreach (var row in rows.Where(row => row.PassedControls.Count > 0))
            console.WriteLine($"{row.Profile} calls these OK: {string.Join(", ", row.PassedControls)}.");
    }

    static string Cell(double? value, double[]? interval) => (value, interval) switch
    {
        (null, _) => "-",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}\n{interval[0]:.000}-{interval[1]:.000}"),
    };
}
