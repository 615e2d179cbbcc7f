using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;
using Spectre.Console;

namespace Edge.Bench.Cover;

/// <summary>The command <c>cover</c>.</summary>
internal sealed class CoverBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Pictures that are covered at most.</summary>
    private const int MostPictures = 12;

    private static readonly double[] Shares = [0.05, 0.2, 0.6, 1];

    /// <summary>Covers good pictures and prints how many of them each profile finds.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A folder of good pictures, or a data set in MVTec AD's layout.</param>
    /// <param name="asked">Profiles; none = all.</param>
    /// <param name="json">A JSON object a profile instead of a table.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string data, ProfileKey[] asked, bool json, int depth = 0)
    {
        var all = Selection.GoodPictures(data);
        var count = Math.Min(MostPictures, all.Count);
        string[] pictures = [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
        PictureFile.ReadEach(pictures, _ => { }, depth);
        IReadOnlyList<ProfileKey> profiles;
        using (var subject = open(bundle, new SubjectOptions()))
            profiles = Selection.Profiles(subject, asked);

        var rows = new List<CoverRow>();
        foreach (var profile in profiles)
        {
            using var subject = open(bundle, new SubjectOptions(profile));
            rows.Add(Measure(subject, profile, pictures, depth));
            if (json)
                JsonLines.Write(output, rows[^1]);
        }
        if (!json)
            Print(rows, data);
    }

    private CoverRow Measure(ISubject subject, ProfileKey profile, string[] pictures, int depth)
    {
        (Covering Kind, double Share)[] covers = [.. Enum.GetValues<Covering>().SelectMany(kind => Shares.Select(share => (kind, share)))];
        var scores = covers.Select(_ => new float[pictures.Length]).ToArray();
        var (found, rejected, threshold) = (new int[covers.Length], 0, 0.0);
        Progress.Run(error, profile.ToString(), pictures.Length, i =>
        {
            using var picture = PictureFile.Read(pictures[i], depth);
            var frame = picture.AsFrame();
            var result = Inspect(frame, i);
            threshold = result.Threshold;
            rejected += result.IsNg ? 1 : 0;
            for (var k = 0; k < covers.Length; k++)
            {
                var covered = Inspect(Covers.Paint(frame, covers[k].Kind, covers[k].Share, (ulong)i), i);
                scores[k][i] = (float)covered.Score;
                found[k] += covered.IsNg ? 1 : 0;
            }
        });
        return new CoverRow
        {
            Bundle = subject.Bundle, Profile = profile.ToString(), Pictures = pictures.Length, Threshold = threshold, Rejected = rejected,
            Steps = [.. covers.Select((cover, k) => new CoverStep(cover.Kind, cover.Share, Quantile.Of(scores[k], 0.5), found[k]))],
        };

        InspectionResult Inspect(in Frame frame, int i)
        {
            try
            {
                var result = subject.Inspect(frame);
                Evaluator.RequireFinite(result.Score, profile, pictures[i]);
                return result;
            }
            catch (PictureException e)
            {
                throw new PictureException($"{pictures[i]}: {e.Message}", e);
            }
        }
    }

    private void Print(List<CoverRow> rows, string data)
    {
        var console = Terminal.For(output);
        console.WriteLine($"{rows[0].Bundle} on {rows[0].Pictures} good pictures of {data}: how many are NG when a defect covers this share of them");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile").AddColumn("cover");
        foreach (var share in Shares)
            table.AddColumn(new TableColumn(string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %")).RightAligned());
        table.AddColumn(new TableColumn("as they are").RightAligned());
        foreach (var row in rows)
            foreach (var kind in row.Steps.GroupBy(step => step.Kind))
                table.AddRow([Markup.Escape(row.Profile), kind.Key.ToString().ToLowerInvariant(),
                    .. kind.Select(step => $"{step.Found}/{row.Pictures}"), $"{row.Rejected}/{row.Pictures}"]);
        console.Write(table);
    }
}
