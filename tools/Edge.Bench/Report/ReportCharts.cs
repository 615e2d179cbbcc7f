using Edge.Evaluation.Metrics;
using Edge.Drawing.Charts;
using Edge.Runtime.Scoring;
using ScottPlot;

namespace Edge.Bench.Report;

/// <summary>The charts of a report.</summary>
internal static class ReportCharts
{
    const double ProLimit = 0.3, ProShown = 0.5, HighestAlpha = 0.2;

    /// <summary>A figure of each profile against its time a picture, with the figure's interval.</summary>
    /// <param name="figure">The figure's name.</param>
    /// <param name="rows">The profiles; those without the figure are left out.</param>
    /// <param name="value">Figure and interval.</param>
    public static ReportChart Cost(string figure, IReadOnlyList<AccuracyRow> rows, Func<AccuracyRow, (double? Value, double[]? Interval)> value)
    {
        var points = rows.Where(row => value(row).Value is not null).OrderBy(row => row.P50Milliseconds).ToArray();
        double[] figures = [.. points.SelectMany(row => (double[])[value(row).Value!.Value, .. value(row).Interval ?? []])];
        var times = points.Select(row => row.P50Milliseconds).Where(time => time > 0).DefaultIfEmpty(1).ToArray();
        // Linear, whatever the figures, with room for the names.
        double low = figures.Min(), high = figures.Max(), room = Math.Max(0.15 * (high - low), 0.002);
        var x = new Scale(times.Min() / 1.6, times.Max() * 1.6, IsLogarithmic: true);
        var plot = Chart.Of(x, "p50, milliseconds a picture", new Scale(low - room, high + room), figure);
        List<(double X, double Y, double Low, double High, string Name)> named = [];
        foreach (var row in points.OrderByDescending(row => row.IsDefault))
        {
            var (measured, interval) = (value(row).Value!.Value, value(row).Interval ?? []);
            var (at, colour) = (x.Of(row.P50Milliseconds), row.IsDefault ? Chart.Orange : Chart.Blue);
            plot.Line(interval.Select(end => (at, end)), colour);
            plot.Dots([(at, measured)], colour, size: 9);
            named.Add((at, measured, interval.Prepend(measured).Min(), interval.Prepend(measured).Max(), row.Profile));
        }
        // The default's first. A name that finds no room stands in the table alone.
        plot.Add.Plottable(new PointNames(named));
        return new ReportChart($"{figure} against milliseconds a picture, a point a profile", plot);
    }

    /// <summary>Receiver operating characteristic of the pictures and of the pixels.</summary>
    public static ReportChart Roc(Evaluation evaluation)
    {
        var plot = Chart.Of(new Scale(0, 1), "good ones rejected (share)", new Scale(0, 1), "defective ones found (share)");
        plot.Line([(0, 0), (1, 1)], Chart.Soft, 1, dashed: true);
        plot.Line(RocCurve.Points<float>(evaluation.Pixels!.Normal, evaluation.Pixels.Defect), Chart.Grey);
        plot.Line(RocCurve.Points<double>(evaluation.Good, evaluation.Defective), Chart.Blue);
        return new ReportChart("ROC curves: share of defective pictures and pixels found against share of good ones rejected", plot);
    }

    /// <summary>Per-region overlap, with the area shaded that AUPRO measures.</summary>
    public static ReportChart Pro(PixelRanking pixels)
    {
        var plot = Chart.Of(new Scale(0, ProShown), "good pixels rejected (share)", new Scale(0, 1), "mean overlap of the regions (share)");
        var shaded = pixels.ProPoints(ProLimit);
        plot.Area([.. shaded, (shaded[^1].X, 0)], Chart.Blue);
        plot.Line(pixels.ProPoints(ProShown), Chart.Blue);
        return new ReportChart("PRO curve: mean share of each defective region covered against share of good pixels rejected", plot);
    }

    /// <summary>How the scores spread, each kind in shares of its own. Pictures unlike any good one have an infinite score and stand in the last bin.</summary>
    public static ReportChart Histogram(Evaluation evaluation, double threshold)
    {
        const int Bins = 24;
        var x = Scale.Around(evaluation.Good.Concat(evaluation.Defective).Where(double.IsFinite).Append(threshold));
        double[] Shares(double[] scores)
        {
            var counts = new double[Bins];
            foreach (var score in scores)
                counts[Math.Min((int)(x.Place(score) * Bins), Bins - 1)] += 1.0 / scores.Length;
            return counts;
        }

        double[] good = Shares(evaluation.Good), defective = Shares(evaluation.Defective);
        var highest = 100 * good.Concat(defective).Max();
        var plot = Chart.Of(x, x.IsLogarithmic ? "score, logarithmic" : "score", new Scale(0, 1.15 * highest), "% of the pictures of a kind");
        var width = (x.Of(x.To) - x.Of(x.From)) / Bins;
        Bars(good, 0.28, Chart.Blue);
        Bars(defective, 0.72, Chart.Orange);
        plot.Mark(x, threshold, "threshold");
        return new ReportChart("Histogram of the scores of good and of defective pictures", plot);

        // One that is not 0 can be seen.
        void Bars(double[] shares, double part, Color colour) =>
            plot.Add.Bars((Bar[])[.. shares.Select((share, i) => (Share: share, Bin: i)).Where(bar => bar.Share > 0).Select(bar => new Bar
            {
                Position = x.Of(x.From) + (bar.Bin + part) * width, Value = Math.Max(100 * bar.Share, 0.01 * highest), Size = 0.44 * width,
                FillColor = colour, LineWidth = 0,
            })]);
    }

    /// <summary>The share of good test pictures rejected at the threshold of every false-reject rate the calibration can promise, up to 20 %.</summary>
    /// <param name="calibration">Calibration scores.</param>
    /// <param name="good">Scores of the good test pictures.</param>
    /// <returns>Null where the calibration promises no rate up to 20 %.</returns>
    public static ReportChart? FalseRejects(ConformalScores calibration, double[] good)
    {
        var seen = FalseRejectsSeen(calibration, good);
        if (seen.Count == 0)
            return null;

        double[] grid = [.. Enumerable.Range(0, 101).Select(i => HighestAlpha * i / 100)];
        var band = grid.Select(alpha => (Alpha: alpha, Interval: Proportion.Binomial(alpha, good.Length))).ToArray();
        var highest = Math.Max(band.Max(point => point.Interval.High), seen.Max(point => point.Seen));
        var plot = Chart.Of(
            new Scale(0, 100 * HighestAlpha), "false rejects asked for, %", new Scale(0, Math.Min(100, 104 * highest)), "false rejects seen, %");
        var above = band.Select(point => (100 * point.Alpha, 100 * point.Interval.High));
        plot.Area(above.Concat(band.Reverse().Select(point => (100 * point.Alpha, 100 * point.Interval.Low))), Chart.Blue);
        plot.Line([(0, 0), (100 * HighestAlpha, 100 * HighestAlpha)], Chart.Soft, 1, dashed: true);
        var points = seen.Select(point => (X: 100 * point.Alpha, Y: 100 * point.Seen)).ToArray();
        plot.Line(points, Chart.Blue);
        if (points.Length <= 50)
            plot.Dots(points, Chart.Blue);
        return new ReportChart("False rejects seen on the good test pictures against the rate asked for", plot);
    }

    /// <summary>Every rate k / (n + 1) up to 20 % that n calibration groups can promise, with the share of good test pictures above its threshold.</summary>
    internal static IReadOnlyList<(double Alpha, double Seen)> FalseRejectsSeen(ConformalScores calibration, double[] good)
    {
        List<(double, double)> seen = [];
        for (var k = 1; k / (calibration.Groups + 1.0) <= HighestAlpha; k++)
        {
            var alpha = k / (calibration.Groups + 1.0);
            if (alpha < calibration.LeastAlpha)
                continue;
            var threshold = calibration.Threshold(alpha);
            seen.Add((alpha, (double)good.Count(score => ConformalScores.IsDefect((float)score, threshold)) / good.Length));
        }
        return seen;
    }
}
