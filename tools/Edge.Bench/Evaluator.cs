using Edge.Bench.Metrics;
using Edge.Bench.Speed;
using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Bench;

/// <summary>Inspects the test pictures of a set with each profile and measures what the verdicts are worth.</summary>
internal sealed class Evaluator(Func<string, SubjectOptions, ISubject> open, TextWriter error)
{
    /// <summary>Evaluates the profiles one after the other, each when it is asked for.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="set">The test pictures.</param>
    /// <param name="asked">Profiles; none = all.</param>
    /// <param name="alpha">False-reject rate asked of the threshold; null = the bundle's own.</param>
    public IEnumerable<Evaluation> Run(string bundle, DefectDataset set, string[] asked, double? alpha)
    {
        // All masks before the first inspection: a set that does not fit is told at once, not after an hour.
        var masks = set.Pictures.Select(picture => picture.ReadMask()).ToArray();

        string standard;
        IReadOnlyList<string> profiles;
        using (var subject = open(bundle, new SubjectOptions()))
            (standard, profiles) = (subject.DefaultProfile, Selection.Profiles(subject, asked));

        foreach (var profile in profiles)
        {
            using var subject = open(bundle, new SubjectOptions(profile, alpha));
            yield return Measure(subject, set, masks, profile, profile == standard);
        }
    }

    Evaluation Measure(ISubject subject, DefectDataset set, byte[]?[] masks, string profile, bool isDefault)
    {
        var hasDefects = masks.Any(mask => mask is not null);
        var verdicts = new Verdict[set.Pictures.Count];
        List<ScoredPicture> maps = [];

        subject.Inspect(set.Pictures[0].File);   // warms up; scores do not depend on what was inspected before
        Progress.Run(error, profile, verdicts.Length, i =>
        {
            var file = set.Pictures[i].File;
            var verdict = verdicts[i] = subject.Inspect(file);
            if (!double.IsFinite(verdict.Score))
                throw new BundleException($"Profile {profile} gives {file} the score {verdict.Score}; check the bundle with 'edge bundle check'.");
            if (hasDefects)
                maps.Add(Keep(subject, masks[i], file));
        });

        Verdict[] good = [.. verdicts.Where((_, i) => masks[i] is null)], defective = [.. verdicts.Where((_, i) => masks[i] is not null)];
        int falseRejects = good.Count(verdict => verdict.IsDefect), found = defective.Count(verdict => verdict.IsDefect);
        double[] times = [.. verdicts.Select(verdict => verdict.Milliseconds).Order()];
        var row = new AccuracyRow
        {
            Profile = profile, IsDefault = isDefault, Alpha = subject.Alpha, Evaluations = subject.Evaluations, WorstEvaluations = subject.WorstEvaluations,
            Good = good.Length, Defective = defective.Length,
            FalseRejectsSeen = (double)falseRejects / good.Length, FalseRejectsSeenInterval = Known(Proportion.Wilson(falseRejects, good.Length)),
            MeanMilliseconds = times.Average(), P50Milliseconds = Percentile.Rank(times, 0.5), P95Milliseconds = Percentile.Rank(times, 0.95),
        };
        double[] goodScores = [.. good.Select(verdict => verdict.Score)], defectiveScores = [.. defective.Select(verdict => verdict.Score)];
        if (!hasDefects)
            return new Evaluation(row, verdicts, [.. goodScores.Order()], [], null);

        var ranking = PixelRanking.Of(maps);
        row = row with { RecallSeen = (double)found / defective.Length, RecallSeenInterval = Known(Proportion.Wilson(found, defective.Length)) };
        row = WithDefects(row, goodScores, defectiveScores, maps, ranking);
        return new Evaluation(row, verdicts, [.. goodScores.Order()], [.. defectiveScores.Order()], ranking);
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

    static AccuracyRow WithDefects(AccuracyRow row, double[] good, double[] defective, List<ScoredPicture> maps, PixelRanking ranking)
    {
        double[] sortedGood = [.. good.Order()], sortedDefective = [.. defective.Order()];
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
}
