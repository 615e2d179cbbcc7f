using Edge.Runtime;
using Edge.Bench.Speed;
using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench;

/// <summary>The test pictures of a set inspected with one profile: what every command that judges accuracy reads.</summary>
/// <param name="Row">The figures.</param>
/// <param name="Results">One per picture, in the set's order, without their maps.</param>
/// <param name="Good">Scores of the good pictures, ascending; infinite where a picture is unlike any good one.</param>
/// <param name="Defective">Scores of the defective pictures, ascending; infinite likewise.</param>
/// <param name="Pixels">All pixels ranked; null where no picture is defective or there are no masks.</param>
internal sealed record Evaluation(AccuracyRow Row, IReadOnlyList<InspectionResult> Results, double[] Good, double[] Defective, PixelRanking? Pixels)
{
    /// <summary>Makes the figures of what was inspected.</summary>
    /// <param name="profile">With which profile.</param>
    /// <param name="isDefault">Whether it is the bundle's default.</param>
    /// <param name="alpha">False-reject rate asked of its threshold.</param>
    /// <param name="evaluations">Network evaluations a picture.</param>
    /// <param name="results">One per picture.</param>
    /// <param name="pictures">What was inspected.</param>
    /// <param name="maps">The maps, one per picture; none where the set has no masks.</param>
    public static Evaluation Of(ProfileKey profile, bool isDefault, double alpha, double evaluations,
        IReadOnlyList<InspectionResult> results, IReadOnlyList<DefectPicture> pictures, IReadOnlyList<ScoredPicture> maps)
    {
        InspectionResult[] good = [.. results.Where((_, i) => pictures[i].Kind is null)], defective = [.. results.Where((_, i) => pictures[i].Kind is not null)];
        int falseRejects = good.Count(result => result.IsNg), found = defective.Count(result => result.IsNg);
        double[] times = [.. results.Select(result => result.Milliseconds).Order()];
        var row = new AccuracyRow
        {
            Profile = profile.ToString(), IsDefault = isDefault, Alpha = alpha, Evaluations = evaluations,
            Good = good.Length, Defective = defective.Length,
            FalseRejectsSeen = (double)falseRejects / good.Length, FalseRejectsSeenInterval = Known(Proportion.Wilson(falseRejects, good.Length)),
            MeanMilliseconds = times.Average(), P50Milliseconds = Quantile.NearestRank(times, 0.5),
            P95Milliseconds = Quantile.NearestRank(times, 0.95),
        };
        double[] goodScores = [.. good.Select(result => result.Rank)], defectiveScores = [.. defective.Select(result => result.Rank)];
        if (defective.Length == 0)
            return new Evaluation(row, results, [.. goodScores.Order()], [], null);

        row = row with
        {
            RecallSeen = (double)found / defective.Length, RecallSeenInterval = Known(Proportion.Wilson(found, defective.Length)),
            Kinds = [.. results.Zip(pictures).Where(p => p.Second.Kind is not null).GroupBy(p => p.Second.Kind!, p => p.First).Select(kind => ByKind(kind.Key, goodScores, [.. kind]))],
        };
        row = WithDefects(row, goodScores, defectiveScores);
        PixelRanking? ranking = null;
        if (maps.Count > 0)
        {
            ranking = PixelRanking.Of(maps);
            row = WithPixels(row, good.Length, defective.Length, maps, ranking);
        }
        return new Evaluation(row, results, [.. goodScores.Order()], [.. defectiveScores.Order()], ranking);
    }

    static KindRow ByKind(string kind, double[] good, InspectionResult[] defective)
    {
        var found = defective.Count(result => result.IsNg);
        var (low, high) = Proportion.Wilson(found, defective.Length);
        return new KindRow
        {
            Kind = kind, Pictures = defective.Length, RecallSeen = (double)found / defective.Length, RecallSeenInterval = [low, high],
            ImageAuroc = RocCurve.Auroc<double>(good.Order().ToArray(), defective.Select(result => result.Rank).Order().ToArray()),
        };
    }

    static AccuracyRow WithDefects(AccuracyRow row, double[] good, double[] defective)
    {
        double[] sortedGood = [.. good.Order()], sortedDefective = [.. defective.Order()];
        var intervals = Bootstrap.Intervals(good.Length, defective.Length, (drawnGood, drawnDefective) =>
        {
            double[] g = [.. drawnGood.Select(i => good[i]).Order()], d = [.. drawnDefective.Select(i => defective[i]).Order()];
            return [RocCurve.Auroc<double>(g, d), RocCurve.F1Max<double>(g, d), RocCurve.RecallAt<double>(g, d, 0.01)];
        });
        return row with
        {
            ImageAuroc = Known(RocCurve.Auroc<double>(sortedGood, sortedDefective)), ImageAurocInterval = Known(intervals[0]),
            F1Max = Known(RocCurve.F1Max<double>(sortedGood, sortedDefective)), F1MaxInterval = Known(intervals[1]),
            RecallAt1Pct = Known(RocCurve.RecallAt<double>(sortedGood, sortedDefective, 0.01)), RecallAt1PctInterval = Known(intervals[2]),
        };
    }

    static AccuracyRow WithPixels(AccuracyRow row, int good, int defective, IReadOnlyList<ScoredPicture> maps, PixelRanking ranking)
    {
        var aupimo = Aupimo.Of(maps);
        var histograms = PixelHistograms.Of(maps, ranking, aupimo);
        var intervals = Bootstrap.Intervals(good, defective, (drawnGood, drawnDefective) =>
        {
            var pixels = histograms.Measure(drawnGood, drawnDefective);
            return [pixels.Auroc, pixels.Aupro, double.IsNaN(aupimo.Value) ? double.NaN : pixels.Aupimo];
        });
        return row with
        {
            PixelAuroc = Known(ranking.Auroc()), PixelAurocInterval = Known(intervals[0]),
            Aupro = Known(ranking.Aupro()), AuproInterval = Known(intervals[1]),
            Aupimo = Known(aupimo.Value), AupimoInterval = Known(intervals[2]),
        };
    }

    static double? Known(double value) => double.IsNaN(value) ? null : value;

    static double[]? Known((double Low, double High) interval) => double.IsNaN(interval.Low) ? null : [interval.Low, interval.High];
}
