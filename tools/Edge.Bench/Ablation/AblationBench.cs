using System.Globalization;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime.Bundles;

namespace Edge.Bench.Ablation;

/// <summary>The command <c>ablation</c>.</summary>
internal sealed class AblationBench(TextWriter output, TextWriter error)
{
    /// <summary>p-values in this range send a picture of the cascade on to the reconstruction.</summary>
    private const double Borderline = 0.1;

    /// <summary>Calibrates every variant on good pictures, measures it on a labelled set, and prints a Markdown table.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="normals">Good pictures that took no part in training: a folder, or a text file with a path a line.</param>
    /// <param name="data">A data set in MVTec AD's layout.</param>
    /// <param name="asked">Names of variants; none = all.</param>
    public void Run(string bundle, string normals, string data, string[] asked)
    {
        var loaded = Bundle.Load(bundle);
        var set = DefectDataset.Open(data);
        var variants = Variants.Of(loaded);
        if (asked.Except(variants.Select(v => v.Name)).FirstOrDefault() is { } unknown)
            throw new UsageException($"--variants {unknown} is none of {string.Join(", ", variants.Select(v => v.Name))}.");
        if (asked.Length > 0)
            variants = [.. variants.Where(v => asked.Contains(v.Name))];

        using var evaluator = new DraftEvaluator(loaded, normals, set, error);
        var profiles = new List<Profile>();
        foreach (var variant in variants)
        {
            profiles.Add(evaluator.Calibrate(variant.Profile));
            error.WriteLine($"Calibrated {variant.Name}.");
        }
        var alpha = evaluator.Alpha(profiles);
        var results = new List<Evaluation>();
        foreach (var (variant, profile) in variants.Zip(profiles))
        {
            // Not the ranking: each holds all pixels of the set.
            results.Add(evaluator.Judge(variant.Name, profile, alpha) with { Pixels = null });
            error.WriteLine($"Measured {variant.Name}.");
        }
        Print(loaded.Id, data, set, variants, results, profiles);
    }

    private void Print(string bundle, string data, DefectDataset set, IReadOnlyList<Variant> variants, List<Evaluation> results, List<Profile> profiles)
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
        foreach (var second in new[] { "condition", "whole" })
            if (Index("scale_1") is >= 0 and var first && Index(second) is >= 0 and var then)
                output.WriteLine(Cascade(set, variants[first], results[first], profiles[first], variants[then], results[then]));
        output.WriteLine();
        output.WriteLine("Recall and false rejects are those of the threshold each variant's own calibration gives for the bundle's false-reject rate.");

        int Index(string name) => variants.Select((v, i) => (v, i)).FirstOrDefault(p => p.v.Name == name, (v: variants[0], i: -1)).i;
    }

    /// <summary>The T scale decides, but where its p-value is borderline the reconstruction does.</summary>
    private static string Cascade(DefectDataset set, Variant first, Evaluation scale, Profile profile, Variant second, Evaluation rebuild)
    {
        var least = profile.Calibration.LeastAlpha;
        int rejected = 0, found = 0, sent = 0;
        for (var i = 0; i < set.Pictures.Count; i++)
        {
            var p = scale.Verdicts[i].PValue;
            var borderline = p > least && p <= Borderline;
            sent += borderline ? 1 : 0;
            var defect = borderline ? rebuild.Verdicts[i].IsDefect : scale.Verdicts[i].IsDefect;
            if (set.Pictures[i].Kind is null)
                rejected += defect ? 1 : 0;
            else
                found += defect ? 1 : 0;
        }
        var share = (double)sent / set.Pictures.Count;
        return string.Create(CultureInfo.InvariantCulture, $"| cascade | {first.Name}, and {second.Name} where its p-value lies in ({least:G2}, {Borderline}]: {share:P0} of the pictures | - | - | - | "
            + $"{(double)found / scale.Row.Defective:F3} | {(double)rejected / scale.Row.Good:P1} | {scale.Row.Evaluations + share * rebuild.Row.Evaluations:F1} |");
    }

    private static string Cell(double? value, double[]? interval) => value is null ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{value:F4}{(interval is null ? "" : $" [{interval[0]:F3}-{interval[1]:F3}]")}");
}
