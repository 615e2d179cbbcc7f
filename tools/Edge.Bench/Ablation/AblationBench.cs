using System.Globalization;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime.Bundles;

namespace Edge.Bench.Ablation;

/// <summary>The command <c>ablation</c>.</summary>
internal sealed class AblationBench(TextWriter output, TextWriter error)
{
    /// <summary>Calibrates every variant on good pictures, measures it on a labelled set, and prints a Markdown table.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="normals">Good pictures that took no part in training: a folder, or a text file with a path a line.</param>
    /// <param name="data">A data set in MVTec AD's layout.</param>
    /// <param name="asked">Names of variants; none = all.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string normals, string data, string[] asked, int depth = 0)
    {
        var loaded = Bundle.Load(bundle);
        var set = DefectDataset.Open(data);
        var variants = Variants.Of(loaded);
        if (asked.Except(variants.Select(v => v.Name)).FirstOrDefault() is { } unknown)
            throw new UsageException($"--variants {unknown} is none of {string.Join(", ", variants.Select(v => v.Name))}.");
        if (asked.Length > 0)
            variants = [.. variants.Where(v => asked.Contains(v.Name))];

        using var evaluator = new DraftEvaluator(loaded, normals, set, error, depth);
        var profiles = evaluator.Calibrate(variants.ToDictionary(v => v.Name, v => v.Profile));
        // Not the ranking: each holds all pixels of the set.
        List<Evaluation> results = [.. evaluator.Judge(profiles, evaluator.Alpha(profiles.Values)).Select(result => result with { Pixels = null })];
        Print(loaded.Id, data, variants, results);
    }

    private void Print(string bundle, string data, IReadOnlyList<Variant> variants, List<Evaluation> results)
    {
        var good = results[0].Row.Good;
        output.WriteLine($"{bundle} on {Path.GetFileName(data.TrimEnd('/'))}: {good} good, {results[0].Row.Defective} defective pictures; 95 % bootstrap intervals in brackets");
        output.WriteLine();
        output.WriteLine("| variant | what is on | image AUROC | pixel AUROC | AUPRO | recall | false rejects | evaluations |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        for (var i = 0; i < variants.Count; i++)
        {
            var row = results[i].Row;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {variants[i].Name} | {variants[i].Says} | {Cell(row.ImageAuroc, row.ImageAurocInterval)} | {Cell(row.PixelAuroc, row.PixelAurocInterval)} | "
                + $"{Cell(row.Aupro, row.AuproInterval)} | {row.RecallSeen:F3} | {row.FalseRejectsSeen:P1} | {row.Evaluations} |"));
        }
        output.WriteLine();
        output.WriteLine("Recall and false rejects are those of the threshold each variant's own calibration gives for the bundle's false-reject rate.");
    }

    private static string Cell(double? value, double[]? interval) => value is null ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{value:F4}{(interval is null ? "" : $" [{interval[0]:F3}-{interval[1]:F3}]")}");
}
