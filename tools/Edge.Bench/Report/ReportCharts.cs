using Edge.Evaluation.Metrics;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Report;

/// <summary>The charts of a report.</summary>
internal static class ReportCharts
{
    const double ProLimit = 0.3, ProShown = 0.5, HighestAlpha = 0.2;

    /// <summary>A figure of each profile against its time a picture, with the figure's interval.</summary>
    /// <param name="figure">The figure's name.</param>
    /// <param name="rows">The profiles; those without the figure are left out.</param>
    /// <param name="value">Figure and interval.</param>
    public static Chart Cost(string figure, IReadOnlyList<AccuracyRow> rows, Func<AccuracyRow, (double? Value, double[]? Interval)> value)
    {
        var points = rows.Where(row => value(row).Value is not null).OrderBy(row => row.P50Milliseconds).ToArray();
        double[] figures = [.. points.SelectMany(row => (double[])[value(row).Value!.Value, .. value(row).Interval ?? []])];
        var times = points.Select(row => row.P50Milliseconds).Where(time => time > 0).DefaultIfEmpty(1).ToArray();
        // Linear, whatever the figures, with room for the names.
        double low = figures.Min(), high = figures.Max(), room = Math.Max(0.15 * (high - low), 0.002);
        var chart = new Chart($"{figure} against milliseconds a picture, a point a profile",
            new Axis("p50, milliseconds a picture", times.Min() / 1.6, times.Max() * 1.6, IsLogarithmic: true),
            new Axis(figure, low - room, high + room));
        foreach (var row in points)
        {
            var style = row.IsDefault ? "defective" : "good";
            var (measured, interval) = value(row);
            if (interval is [var least, var most])
                chart.Interval(row.P50Milliseconds, least, most, style);
            chart.Dot(row.P50Milliseconds, measured!.Value, style, radius: 4.5);
        }
        // After all points, so that no name lies on one; the default's first. One that finds no room stands in the table alone.
        foreach (var row in points.OrderByDescending(row => row.IsDefault))
            chart.TryName(row.P50Milliseconds, value(row).Value!.Value, row.Profile);
        return chart;
    }

    /// <summary>Receiver operating characteristic of the pictures and of the pixels.</summary>
    public static Chart Roc(Evaluation evaluation)
    {
        var chart = new Chart("ROC curves: share of defective pictures and pixels found against share of good ones rejected",
            new Axis("good ones rejected", 0, 1), new Axis("defective ones found", 0, 1));
        chart.Line([(0, 0), (1, 1)], "even");
        chart.Line(RocCurve.Points<float>(evaluation.Pixels!.Normal, evaluation.Pixels.Defect), "pixels");
        chart.Line(RocCurve.Points<double>(evaluation.Good, evaluation.Defective), "pictures");
        return chart;
    }

    /// <summary>Per-region overlap, with the area shaded that AUPRO measures.</summary>
    public static Chart Pro(PixelRanking pixels)
    {
        var chart = new Chart("PRO curve: mean share of each defective region covered against share of good pixels rejected",
            new Axis("good pixels rejected", 0, ProShown), new Axis("mean overlap of the regions", 0, 1));
        var shaded = pixels.ProPoints(ProLimit);
        chart.Area([.. shaded, (shaded[^1].X, 0)], "shaded");
        chart.Line(pixels.ProPoints(ProShown), "pictures");
        return chart;
    }

    /// <summary>How the scores spread, each kind in shares of its own.</summary>
    public static Chart Histogram(Evaluation evaluation, double threshold)
    {
        const int Bins = 24;
        var x = Axis.Around("score", [.. evaluation.Good, .. evaluation.Defective, threshold]);
        double[] Shares(double[] scores)
        {
            var counts = new double[Bins];
            foreach (var score in scores)
                counts[Math.Min((int)(x.Place(score) * Bins), Bins - 1)] += 1.0 / scores.Length;
            return counts;
        }

        double[] good = Shares(evaluation.Good), defective = Shares(evaluation.Defective);
        var chart = new Chart("Histogram of the scores of good and of defective pictures",
            x, new Axis("% of the pictures of a kind", 0, 105 * good.Concat(defective).Max()));
        for (var i = 0; i < Bins; i++)
        {
            double Edge(double part) => x.At((i + part) / Bins);
            chart.Bar(Edge(0.06), Edge(0.5), 100 * good[i], "good");
            chart.Bar(Edge(0.5), Edge(0.94), 100 * defective[i], "defective");
        }
        chart.Mark(threshold, "threshold");
        return chart;
    }

    /// <summary>The share of good test pictures rejected at the threshold of every false-reject rate the calibration can promise, up to 20 %.</summary>
    /// <param name="calibration">Calibration scores, ascending.</param>
    /// <param name="good">Scores of the good test pictures.</param>
    /// <returns>Null where the calibration promises no rate up to 20 %.</returns>
    public static Chart? FalseRejects(IReadOnlyList<float> calibration, double[] good)
    {
        var seen = FalseRejectsSeen([.. calibration], good);
        if (seen.Count == 0)
            return null;

        double[] grid = [.. Enumerable.Range(0, 101).Select(i => HighestAlpha * i / 100)];
        var band = grid.Select(alpha => (Alpha: alpha, Interval: Proportion.Binomial(alpha, good.Length))).ToArray();
        var highest = Math.Max(band.Max(point => point.Interval.High), seen.Max(point => point.Seen));
        var chart = new Chart("False rejects seen on the good test pictures against the rate asked for",
            new Axis("false rejects asked for, %", 0, 100 * HighestAlpha), new Axis("false rejects seen, %", 0, Math.Min(100, 104 * highest)));
        chart.Area([.. band.Select(point => (100 * point.Alpha, 100 * point.Interval.High)), .. band.Reverse().Select(point => (100 * point.Alpha, 100 * point.Interval.Low))], "band");
        chart.Line([(0, 0), (100 * HighestAlpha, 100 * HighestAlpha)], "even");
        var points = seen.Select(point => (X: 100 * point.Alpha, Y: 100 * point.Seen)).ToArray();
        chart.Line(points, "pictures");
        if (points.Length <= 50)
            foreach (var (x, y) in points)
                chart.Dot(x, y, "pictures");
        return chart;
    }

    /// <summary>Every rate k / (n + 1) up to 20 % that n calibration scores can promise, with the share of good test pictures above its threshold.</summary>
    internal static IReadOnlyList<(double Alpha, double Seen)> FalseRejectsSeen(float[] calibration, double[] good)
    {
        List<(double, double)> seen = [];
        for (var k = 1; k / (calibration.Length + 1.0) <= HighestAlpha; k++)
        {
            var alpha = k / (calibration.Length + 1.0);
            var threshold = ConformalThreshold.Threshold(calibration, alpha);
            seen.Add((alpha, (double)good.Count(score => ConformalThreshold.IsDefect((float)score, threshold)) / good.Length));
        }
        return seen;
    }
}
