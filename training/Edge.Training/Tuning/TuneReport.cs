using System.Globalization;
using System.Text;

namespace Edge.Training.Tuning;

/// <summary>What a tuning chose, by what margin and over what, as a Markdown text beside the training.</summary>
internal static class TuneReport
{
    /// <param name="choices">All questions.</param>
    /// <param name="alpha">False-reject rate at which detection counted.</param>
    /// <param name="pictures">Held-out good pictures.</param>
    /// <param name="real">Image and pixel AUROC of every outcome on a labelled set, in the outcomes' order; null where none was given.</param>
    public static string Write(IReadOnlyList<Choice> choices, double alpha, int pictures, IReadOnlyList<(double Image, double Pixel)>? real)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Tuning on {pictures} held-out good pictures and as many with a synthetic defect");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Defects are painted at whole, half, quarter and eighth strength in turn. Detection: share of the spoiled pictures above the threshold for {alpha:P1} false rejects.");
        text.AppendLine("Margin: median score of the spoiled pictures over the threshold. The first of a table is kept unless another finds more than chance explains (McNemar's exact");
        text.AppendLine("test, 0.025 over the number of others), or as many with a margin half as large again. No real defect took part.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Log-odds were taught on painted defects: with them {Tuner.Taught} times as many must be found before they are looked at, unless T scales find less than {Tuner.Seeing:P0}, which is too little to go by.");
        var k = 0;
        foreach (var choice in choices)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## {choice.Question}: {choice.Chosen.Candidate.Changed}");
            text.AppendLine();
            text.AppendLine(real is null ? "| candidate | detection | margin | evaluations |" : "| candidate | detection | margin | evaluations | real image AUROC | real pixel AUROC a picture |");
            text.AppendLine(real is null ? "|---|---|---|---|" : "|---|---|---|---|---|---|");
            foreach (var o in choice.Outcomes)
            {
                var mark = o == choice.Chosen ? " **chosen**" : "";
                text.Append(CultureInfo.InvariantCulture, $"| {o.Candidate.Changed}{mark} | {o.Detection:F3} | {o.Margin:F2} | {o.Candidate.Profile.Evaluations} |");
                if (real is not null)
                    text.Append(CultureInfo.InvariantCulture, $" {real[k].Image:F4} | {real[k].Pixel:F4} |");
                k++;
                text.AppendLine();
            }
        }
        text.AppendLine();
        text.AppendLine("Detection of the final choice by kind: " + string.Join(", ", choices[^1].Chosen.ByKind.Select(k =>
            string.Create(CultureInfo.InvariantCulture, $"{k.Key.ToString().ToLowerInvariant()} {k.Value:P0}"))) + ".");
        if (real is null)
            return text.ToString();
        var all = choices.SelectMany(c => c.Outcomes).ToList();
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Rank correlation (Spearman) over all {all.Count} candidates: synthetic margin with real image AUROC {Spearman([.. all.Select(o => o.Margin)], [.. real.Select(r => r.Image)]):F2}.");
        return text.ToString();
    }

    /// <summary>Spearman's rank correlation, ties sharing their mean rank; NaN where one side is all ties.</summary>
    internal static double Spearman(double[] a, double[] b)
    {
        var (x, y) = (Ranks(a), Ranks(b));
        var (mx, my) = (x.Average(), y.Average());
        return x.Zip(y, (u, v) => (u - mx) * (v - my)).Sum() / Math.Sqrt(x.Sum(u => (u - mx) * (u - mx)) * y.Sum(v => (v - my) * (v - my)));
    }

    private static double[] Ranks(double[] values) => [.. values.Select(v => values.Count(w => w < v) + (values.Count(w => w == v) - 1) / 2.0)];
}
