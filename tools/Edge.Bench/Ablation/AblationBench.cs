using System.Globalization;
using System.Text;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;

namespace Edge.Bench.Ablation;

/// <summary>The command <c>ablation</c>.</summary>
internal sealed class AblationBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
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
        var pictures = PictureFolder.List(normals);
        var variants = Variants.Of(loaded);
        if (asked.Except(variants.Select(v => v.Name)).FirstOrDefault() is { } unknown)
            throw new UsageException($"--variant {unknown} is none of {string.Join(", ", variants.Select(v => v.Name))}.");
        if (asked.Length > 0)
            variants = [.. variants.Where(v => asked.Contains(v.Name))];

        var work = Directory.CreateTempSubdirectory("edge-ablation-");
        try
        {
            var profiles = new Dictionary<string, Profile>();
            foreach (var file in loaded.Files)
                Copy(loaded.Folder, work.FullName, file);
            var manifest = loaded.Manifest;
            using (var calibrator = new Calibrator(work.FullName, manifest.Network, manifest.Preprocessing, new InferenceOptions()))
                foreach (var variant in variants)
                    profiles[variant.Name] = calibrator.Calibrate(variant.Profile, pictures, Path.GetFileName(normals.TrimEnd('/')),
                        progress: done => Progress(variant.Name, done, pictures.Count));
            // A picture unlike all others is left out, and fewer pictures promise less.
            var alpha = Math.Max(manifest.Alpha, profiles.Values.Max(p => 1.0 / (p.Calibration.Scores.Count + 1)));
            BundleWriter.Save(manifest with { DefaultProfile = variants[0].Name, GoldenSamples = [], Alpha = alpha }, profiles, work.FullName);

            var results = new List<Evaluation>();
            foreach (var result in new Evaluator(open, error).Run(work.FullName, set, [.. variants.Select(v => v.Name)], null))
                results.Add(result with { Pixels = null });
            Print(loaded.Id, data, set, variants, results, profiles);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private void Progress(string name, int done, int all)
    {
        if (done == all)
            error.WriteLine($"Calibrated {name} on {all} pictures.");
    }

    private void Print(string bundle, string data, DefectDataset set, IReadOnlyList<Variant> variants, List<Evaluation> results, Dictionary<string, Profile> profiles)
    {
        var good = results[0].Row.Good;
        output.WriteLine($"{bundle} on {Path.GetFileName(data.TrimEnd('/'))}: {good} good, {results[0].Row.Defective} defective pictures; 95 % bootstrap intervals in brackets");
        output.WriteLine();
        output.WriteLine("| variant | what is on | image AUROC | pixel AUROC | AUPRO | recall | false rejects | evaluations | ms |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        for (var i = 0; i < variants.Count; i++)
        {
            var row = results[i].Row;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {variants[i].Name} | {variants[i].Says} | {Cell(row.ImageAuroc, row.ImageAurocInterval)} | {Cell(row.PixelAuroc, row.PixelAurocInterval)} | "
                + $"{Cell(row.Aupro, row.AuproInterval)} | {row.RecallSeen:F3} | {row.FalseRejectsSeen:P1} | {row.Evaluations} | {row.P50Milliseconds:F0} |"));
        }
        foreach (var second in new[] { "condition", "whole" })
            if (Index("scale_1") is >= 0 and var first && Index(second) is >= 0 and var then)
                output.WriteLine(Cascade(set, variants[first], results[first], profiles[variants[first].Name], variants[then], results[then]));
        output.WriteLine();
        output.WriteLine("Recall and false rejects are those of the threshold each variant's own calibration gives for the bundle's false-reject rate.");

        int Index(string name) => variants.Select((v, i) => (v, i)).FirstOrDefault(p => p.v.Name == name, (v: variants[0], i: -1)).i;
    }

    /// <summary>The T scale decides, but where its p-value is borderline the reconstruction does.</summary>
    private static string Cascade(DefectDataset set, Variant first, Evaluation scale, Profile profile, Variant second, Evaluation rebuild)
    {
        var least = 1.0 / (profile.Calibration.Scores.Count + 1);
        int rejected = 0, found = 0, sent = 0;
        for (var i = 0; i < set.Pictures.Count; i++)
        {
            var p = scale.Verdicts[i].PValue;
            var borderline = p > least && p <= Borderline;
            sent += borderline ? 1 : 0;
            var defect = borderline ? rebuild.Verdicts[i].IsDefect : scale.Verdicts[i].IsDefect;
            if (set.Pictures[i].MaskFile is null)
                rejected += defect ? 1 : 0;
            else
                found += defect ? 1 : 0;
        }
        var share = (double)sent / set.Pictures.Count;
        return string.Create(CultureInfo.InvariantCulture, $"| cascade | {first.Name}, and {second.Name} where its p-value lies in ({least:G2}, {Borderline}]: {share:P0} of the pictures | - | - | - | "
            + $"{(double)found / scale.Row.Defective:F3} | {(double)rejected / scale.Row.Good:P1} | {scale.Row.Evaluations + share * rebuild.Row.Evaluations:F1} | {scale.Row.P50Milliseconds + share * rebuild.Row.P50Milliseconds:F0} |");
    }

    private static string Cell(double? value, double[]? interval) => value is null ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{value:F4}{(interval is null ? "" : $" [{interval[0]:F3}-{interval[1]:F3}]")}");

    /// <summary>Copies a bundle's file to the same place of another folder.</summary>
    internal static void Copy(string from, string to, string file)
    {
        var target = Path.Combine(to, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(from, file), target);
    }
}
