using System.Globalization;
using Edge.Bench.Metrics;
using Edge.Commands;
using Edge.Runtime;
using Spectre.Console;

namespace Edge.Bench;

/// <summary>The command <c>accuracy</c>.</summary>
internal sealed class AccuracyBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Inspects the test pictures with each profile and prints what the verdicts are worth.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A data set in MVTec AD's layout.</param>
    /// <param name="asked">Profiles; none = all.</param>
    /// <param name="alpha">False-reject rate asked of the threshold; null = the bundle's own.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    public void Run(string bundle, string data, string[] asked, double? alpha, bool json)
    {
        var set = DefectDataset.Open(data);
        // All masks before the first inspection: a set that does not fit is told at once, not after an hour.
        var masks = set.Pictures.Select(picture => picture.ReadMask()).ToArray();

        string name, standard;
        IReadOnlyList<string> profiles;
        using (var subject = open(bundle, new SubjectOptions()))
            (name, standard, profiles) = (subject.Bundle, subject.DefaultProfile, Selection.Profiles(subject, asked));

        var rows = new List<AccuracyRow>();
        foreach (var profile in profiles)
        {
            using var subject = open(bundle, new SubjectOptions(profile, alpha));
            var row = Measure(subject, set, masks, profile, profile == standard);
            rows.Add(row);
            if (json)
                JsonLines.Write(output, row);
        }
        if (!json)
            Print(rows, name, data);
    }

    AccuracyRow Measure(ISubject subject, DefectDataset set, byte[]?[] masks, string profile, bool isDefault)
    {
        var hasDefects = masks.Any(mask => mask is not null);
        List<double> good = [], defective = [];
        List<ScoredPicture> maps = [];
        int falseRejects = 0, found = 0;
        var milliseconds = 0.0;

        subject.Inspect(set.Pictures[0].File);   // warms up; scores do not depend on what was inspected before
        Progress.Run(error, profile, set.Pictures.Count, i =>
        {
            var file = set.Pictures[i].File;
            var verdict = subject.Inspect(file);
            milliseconds += verdict.Milliseconds;
            if (!double.IsFinite(verdict.Score))
                throw new BundleException($"Profile {profile} gives {file} the score {verdict.Score}; check the bundle with 'edge bundle check'.");

            if (masks[i] is null)
            {
                good.Add(verdict.Score);
                falseRejects += verdict.IsDefect ? 1 : 0;
            }
            else
            {
                defective.Add(verdict.Score);
                found += verdict.IsDefect ? 1 : 0;
            }
            if (hasDefects)
                maps.Add(Keep(subject, masks[i], file));
        });

        var row = new AccuracyRow
        {
            Profile = profile, IsDefault = isDefault, Alpha = subject.Alpha, Evaluations = subject.Evaluations,
            Good = good.Count, Defective = defective.Count,
            FalseRejectsSeen = (double)falseRejects / good.Count,
            FalseRejectsSeenInterval = Known(Proportion.Wilson(falseRejects, good.Count)),
            MeanMilliseconds = milliseconds / set.Pictures.Count,
        };
        return hasDefects ? WithDefects(row with { RecallSeen = (double)found / defective.Count }, [.. good], [.. defective], maps) : row;
    }

    static ScoredPicture Keep(ISubject subject, byte[]? mask, string file)
    {
        var map = subject.Map.ToArray();
        if (mask is not null && mask.Length != map.Length)
            throw new BundleException($"{file}: the anomaly map has {map.Length} pixels, the picture {mask.Length}; the map must have the picture's size.");
        if (map.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
            throw new BundleException($"{file}: the anomaly map holds a value that is no finite number; check the bundle with 'edge bundle check'.");
        return new ScoredPicture(map, subject.MapWidth, mask);
    }

    static AccuracyRow WithDefects(AccuracyRow row, double[] good, double[] defective, List<ScoredPicture> maps)
    {
        double[] sortedGood = [.. good.Order()], sortedDefective = [.. defective.Order()];
        var ranking = PixelRanking.Of(maps);
        var aupimo = Aupimo.Of(maps);
        var histograms = PixelHistograms.Of(maps, ranking, aupimo);
        var intervals = Bootstrap.Intervals(good.Length, defective.Length, (drawnGood, drawnDefective) =>
        {
            double[] g = [.. drawnGood.Select(i => good[i]).Order()], d = [.. drawnDefective.Select(i => defective[i]).Order()];
            var pixels = histograms.Measure(drawnGood, drawnDefective);
            return
            [
                RocCurve.Auroc<double>(g, d), RocCurve.F1Max<double>(g, d), RocCurve.RecallAt<double>(g, d, 0.01),
                pixels.Auroc, pixels.Aupro, double.IsNaN(aupimo.Value) ? double.NaN : pixels.Aupimo,
            ];
        });

        return row with
        {
            ImageAuroc = Known(RocCurve.Auroc<double>(sortedGood, sortedDefective)), ImageAurocInterval = Known(intervals[0]),
            F1Max = Known(RocCurve.F1Max<double>(sortedGood, sortedDefective)), F1MaxInterval = Known(intervals[1]),
            RecallAt1Pct = Known(RocCurve.RecallAt<double>(sortedGood, sortedDefective, 0.01)), RecallAt1PctInterval = Known(intervals[2]),
            PixelAuroc = Known(ranking.Auroc()), PixelAurocInterval = Known(intervals[3]),
            Aupro = Known(ranking.Aupro()), AuproInterval = Known(intervals[4]),
            Aupimo = Known(aupimo.Value), AupimoInterval = Known(intervals[5]),
        };
    }

    static double? Known(double value) => double.IsNaN(value) ? null : value;

    static double[]? Known((double Low, double High) interval) => double.IsNaN(interval.Low) ? null : [interval.Low, interval.High];

    void Print(List<AccuracyRow> rows, string bundle, string data)
    {
        var console = Terminal.For(output);
        console.WriteLine($"{bundle} on {data}: {rows[0].Good} good, {rows[0].Defective} defective pictures; below each value its 95 % interval");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile");
        foreach (var column in (string[])["image AUROC", "pixel AUROC", "AUPRO 0.3", "AUPIMO", "F1 max", "recall @ 1 %", "false rejects", "asked", "recall", "nfe", "ms"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(
                Markup.Escape(row.IsDefault ? $"{row.Profile} *" : row.Profile),
                Cell(row.ImageAuroc, row.ImageAurocInterval), Cell(row.PixelAuroc, row.PixelAurocInterval), Cell(row.Aupro, row.AuproInterval),
                Cell(row.Aupimo, row.AupimoInterval), Cell(row.F1Max, row.F1MaxInterval), Cell(row.RecallAt1Pct, row.RecallAt1PctInterval),
                Cell(row.FalseRejectsSeen, row.FalseRejectsSeenInterval), row.Alpha.ToString("0.####", CultureInfo.InvariantCulture),
                Cell(row.RecallSeen, null), row.Evaluations.ToString(CultureInfo.InvariantCulture), row.MeanMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        console.Write(table);
        console.WriteLine("* default profile. Recall @ 1 % takes its threshold from these good pictures; false rejects and recall are those of the bundle's own threshold.");
    }

    static string Cell(double? value, double[]? interval) => (value, interval) switch
    {
        (null, _) => "-",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}\n{interval[0]:.000}-{interval[1]:.000}"),
    };
}
