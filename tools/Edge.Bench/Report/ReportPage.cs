using System.Globalization;
using System.Xml.Linq;
using Edge.Bench.Speed;
using Edge.CommandLine;
using Edge.Evaluation.Metrics;
using Edge.Runtime.Inference;

namespace Edge.Bench.Report;

/// <summary>
/// The page of a bundle and a data set: one element tree, so that whatever a name holds is text. Needs no script, no network and no other file.
/// No namespaces, as HTML wants it.
/// </summary>
internal static class ReportPage
{
    /// <summary>Makes the page.</summary>
    public static XElement Of(ReportContent content) => E("html", A("lang", "en"),
        E("head",
            E("meta", A("charset", "utf-8")),
            E("meta", A("name", "viewport"), A("content", "width=device-width, initial-scale=1")),
            E("title", $"{content.Bundle.Id}: Edge report"),
            E("style", Style())),
        E("body",
            Header(content),
            E("main",
                Figures(content),
                Kinds(content),
                Curves(content),
                FalseRejects(content),
                Withstands(content),
                Pictures(content),
                Meaning(content)),
            E("footer", E("p", "Made by ", E("code", content.Command)))));

    static XElement Header(ReportContent content)
    {
        var (row, threshold) = (content.Shown.Row, content.Shown.Results[0].Threshold);
        var finds = row.RecallSeen is { } recall ? $"finds {Math.Round(recall * row.Defective)} of {Count(row.Defective, "defective picture")} and " : "";
        (string, string)[] facts =
        [
            ("bundle", $"{content.Bundle.Id}, version {content.Bundle.Version}"),
            ("made", $"{Time(content.Bundle.Created)} by trainer {content.Bundle.TrainerVersion}"),
            .. content.Bundle.Training.Select(fact => ($"training: {fact.Key}", fact.Value)),
            ("data set", content.Data),
            ("test pictures", $"{row.Good} good, {row.Defective} defective"),
            ("machine", $"{Machine.CpuModel}, {Count(Environment.ProcessorCount, "processor")}, all used"),
            ("network runs on", $"{content.Provider}, ONNX Runtime {OnnxRuntimeLibrary.Version}"),
            ("report of", Time(content.Created)),
        ];
        return E("header",
            E("h1", content.Bundle.Id),
            E("p", A("class", "lead"), "Profile ", E("b", row.Profile), row.IsDefault ? " (default) " : " ",
                $"{finds}rejects {Math.Round(row.FalseRejectsSeen * row.Good)} of {Count(row.Good, "good picture")} at the bundle's threshold of {Short(threshold)}, "
                + $"asked for {Percent(row.Alpha)} false rejects, in {Short(row.P50Milliseconds)} ms a picture."),
            E("dl", facts.Select(fact => E("div", E("dt", fact.Item1), E("dd", fact.Item2)))));
    }

    static XElement Figures(ReportContent content)
    {
        (string Name, Func<AccuracyRow, (string Value, string? Interval)> Cell)[] columns =
        [
            ("image AUROC", row => Area(row.ImageAuroc, row.ImageAurocInterval)),
            ("pixel AUROC", row => Area(row.PixelAuroc, row.PixelAurocInterval)),
            ("AUPRO 0.3", row => Area(row.Aupro, row.AuproInterval)),
            ("AUPIMO", row => Area(row.Aupimo, row.AupimoInterval)),
            ("F1 max", row => Area(row.F1Max, row.F1MaxInterval)),
            ("recall @ 1 %", row => Share(row.RecallAt1Pct, row.RecallAt1PctInterval)),
            ("false rejects", row => Share(row.FalseRejectsSeen, row.FalseRejectsSeenInterval)),
            ("asked", row => (Percent(row.Alpha), null)),
            ("recall", row => Share(row.RecallSeen, row.RecallSeenInterval)),
            ("controls OK", row => (row.PassedControls.Count == 0 ? "none" : string.Join(", ", row.PassedControls), null)),
            ("evaluations", row => (LatencyTables.Evaluations(row.Evaluations), null)),
            ("ms mean", row => (Short(row.MeanMilliseconds), null)),
            ("ms p50", row => (Short(row.P50Milliseconds), null)),
            ("ms p95", row => (Short(row.P95Milliseconds), null)),
        ];
        var table = Table("profile", content.Rows, columns, row => row.Profile, row => row.IsDefault);
        return E("section", E("h2", "Figures"), table,
            Note("Below each value its 95 % interval. Recall @ 1 % takes its threshold from these very good pictures; false rejects and recall are those of the "
                + "bundle's own threshold. AUPRO is the official MVTec AD evaluation: regions of eight neighbours, exact thresholds, to a false-positive rate of 0.3. "
                + "Controls are black, white, grey, static, half static, blurred and dark pictures and other products; none may be OK. "
                + "Milliseconds run from opening the file to the verdict, one picture after the other."),
            content.Shown.Defective.Length == 0 ? null : E("div", A("class", "charts"),
                Figure("Accuracy and time: pictures", ReportCharts.Cost("image AUROC", content.Rows, row => (row.ImageAuroc, row.ImageAurocInterval))),
                Figure("Accuracy and time: pixels", ReportCharts.Cost("AUPRO 0.3", content.Rows, row => (row.Aupro, row.AuproInterval)))));
    }

    /// <summary>Which defects are found and which are missed; nothing where there is one kind.</summary>
    static XElement? Kinds(ReportContent content)
    {
        (string Name, Func<KindRow, (string Value, string? Interval)> Cell)[] columns =
        [
            ("pictures", row => (row.Pictures.ToString(CultureInfo.InvariantCulture), null)),
            ("image AUROC", row => Area(row.ImageAuroc, null)),
            ("recall", row => Share(row.RecallSeen, row.RecallSeenInterval)),
        ];
        var kinds = content.Shown.Row.Kinds;
        return kinds.Count < 2 ? null : E("section", E("h2", $"Kinds of defect, as {content.Shown.Row.Profile} finds them"),
            Table("kind", kinds, columns, row => row.Kind, _ => false),
            Note("Each kind's pictures against all good ones; recall is that of the bundle's own threshold."));
    }

    static XElement Table<T>(string first, IReadOnlyList<T> rows, (string Name, Func<T, (string Value, string? Interval)> Cell)[] columns, Func<T, string> name, Func<T, bool> isDefault) => E("table",
        E("thead", E("tr", E("th", first), columns.Select(column => E("th", column.Name)))),
        E("tbody", rows.Select(row => E("tr", isDefault(row) ? A("class", "default") : null,
            E("th", name(row), isDefault(row) ? E("small", "default") : null),
            columns.Select(column =>
            {
                var (value, interval) = column.Cell(row);
                return E("td", A("data-label", column.Name), E("span", value), interval is null ? null : E("small", interval));
            })))));

    static XElement Curves(ReportContent content)
    {
        var shown = content.Shown;
        var histogram = Figure("Scores", ReportCharts.Histogram(shown, shown.Results[0].Threshold), Key("good", "good"), Key("defective", "defective"),
            $"{Of(shown.Good, shown.Results[0].Threshold)} good and {Of(shown.Defective, shown.Results[0].Threshold)} defective scores lie above the threshold."
                + (shown.Good.Concat(shown.Defective).Any(double.IsPositiveInfinity) ? " Pictures unlike any good one stand in the last bar." : ""));
        return E("section", E("h2", $"Curves of {shown.Row.Profile}"), E("div", A("class", "charts"),
            shown.Pixels is null ? null : Figure("ROC", ReportCharts.Roc(shown), Key("pictures", $"pictures {Value(shown.Row.ImageAuroc)}"), Key("pixels", $"pixels {Value(shown.Row.PixelAuroc)}")),
            shown.Pixels is null ? null : Figure("Per-region overlap", ReportCharts.Pro(shown.Pixels), Key("shaded", $"AUPRO to 0.3: {Value(shown.Row.Aupro)}")),
            histogram));

        static string Of(double[] scores, double threshold) => $"{scores.Count(score => score > threshold)} of {scores.Length}";
    }

    static XElement FalseRejects(ReportContent content)
    {
        var n = content.Calibration.Groups;
        var chart = ReportCharts.FalseRejects(content.Calibration, content.Shown.Good);
        return E("section", E("h2", "Are the false rejects those asked for?"), E("div", A("class", "beside"),
            chart is null ? null : Figure("False rejects", chart, Key("pictures", "seen"), Key("even", "as asked"), Key("band", "95 % of draws")),
            E("div",
                E("p", $"The threshold for a rate is an order statistic of the scores of {Count(n, "good picture")} that took no part in training. With {n} of them "
                    + $"the bundle can promise {Percent(1.0 / (n + 1))} and its multiples; each point is one such rate and the share of the {content.Shown.Good.Length} good test "
                    + "pictures that its threshold rejects."),
                E("p", $"The band is where 95 % of sets of {content.Shown.Good.Length} pictures fall if the rate is exactly the one asked for. It does not count that the "
                    + $"{n} calibration pictures are a draw themselves, so a line a little outside is no surprise; one far above it means that the test's good pictures "
                    + "are unlike the calibration's, one far below it that the threshold is stricter than it need be."),
                E("p", $"A picture's p-value is (1 + the calibration scores at least as high as its own) / {n + 1}, {Short(1.0 / (n + 1))} at least: the share of good "
                    + "pictures expected to look at least as strange. It is no probability of a defect. The chart shows these p-values too: each point is the share of good "
                    + "test pictures with a p-value up to the rate below it."))));
    }

    static XElement Withstands(ReportContent content) => E("section", E("h2", "What a verdict withstands"),
        content.Tolerance is { } tolerance
            ? E("p", $"Good pictures may change this far before profile {content.Shown.Row.Profile} rejects more of them than its threshold promises: {ToleranceText.Of(tolerance)}.")
            : E("p", "Nobody has measured it for this profile; edge-bench robustness --write does."),
        content.Tolerance is { } measured ? Note($"Measured on {Count(measured.Pictures, "good picture")} at a threshold of {Short(measured.Threshold)}.") : null);

    static XElement Pictures(ReportContent content) => E("section", E("h2", $"Pictures, as {content.Shown.Row.Profile} sees them"),
        Note("Each with its anomaly map in colour (purple below the threshold, orange at it, yellow far above) and a cyan line around what the ground truth calls defective"
            + (content.ReconstructingProfile is { } name 
                ? $"; last, what profile {name} takes the picture for{(content.Bundle.Preprocessing.EqualExposure ? ", in the one exposure that all pictures are given" : "")}." : ".")),
        Group(content.WorstGood.Any(picture => picture.Result.IsNg) ? "False rejects and the next highest good pictures" : "Good pictures with the highest scores", content.WorstGood),
        Group(content.WorstDefective.Any(picture => !picture.Result.IsNg) ? "Missed and the next lowest defective pictures" : "Defective pictures with the lowest scores", content.WorstDefective),
        Group("Found best", content.BestFound));

    static object?[] Group(string title, IReadOnlyList<ShownPicture> pictures) => pictures.Count == 0 ? [] :
    [
        E("h3", title),
        E("div", A("class", "pictures"), pictures.Select(picture =>
        {
            var right = picture.IsDefective == picture.Result.IsNg;
            var verdict = (picture.IsDefective, picture.Result.IsNg) switch
            {
                (true, true) => "found", (true, false) => "missed", (false, true) => "false reject", _ => "passed",
            };
            return E("figure", A("class", "picture"),
                E("div", A("class", "strip"), Image(picture.Picture, "picture"), Image(picture.Heat, "anomaly map"),
                    picture.Reconstruction is { } reconstruction ? Image(reconstruction, "reconstruction") : null),
                E("figcaption", E("b", A("class", right ? "right" : "wrong"), verdict), $" score {Short(picture.Result.Score)}, p {Short(picture.Result.PValue)}",
                    E("span", A("class", "file"), picture.Name)));
        })),
    ];

    static XElement Meaning(ReportContent content)
    {
        var row = content.Shown.Row;
        var (_, high) = Proportion.Wilson((int)Math.Round(row.FalseRejectsSeen * row.Good), row.Good);
        return E("section", E("h2", "What these numbers mean"),
            E("p", "An interval holds 95 % of the values that come out when the test pictures are drawn again with replacement (for shares of pictures it is Wilson's); "
                + "a difference between two profiles that is smaller than their intervals may be chance."),
            E("p", $"The set has its limits: {Math.Round(row.FalseRejectsSeen * row.Good)} rejected of {Count(row.Good, "good picture")} is what {Percent(high)} false rejects on the line may look like, "
                + "and a figure of 1 means that no mistake was seen, not that none will be made."),
            E("p", $"The threshold comes from {Count(content.Calibration.Groups, "good picture")} that took no part in training and from no defect. "
                + "It promises a rate of false rejects, on average over calibrations, for pictures like those, under the same camera and light. "
                + "It promises nothing about the defects that will be missed."));
    }

    static XElement Figure(string title, ReportChart chart, params object?[] key) =>
        E("figure", E("figcaption", E("b", title), key.Length == 0 ? null : E("span", A("class", "keys"), key)), chart.Svg());

    static XElement Key(string style, string text) => E("span", A("class", "key"), E("i", A("class", style)), text);

    static XElement Image(string source, string what) => E("div", E("img", A("src", source), A("alt", what)), E("small", what));

    static XElement Note(string text) => E("p", A("class", "note"), text);

    static (string, string?) Area(double? value, double[]? interval) => (Value(value), interval is null ? null : $"{Value(interval[0])}\u2013{Value(interval[1])}");

    static (string, string?) Share(double? value, double[]? interval) =>
        (value is null ? "-" : Percent(value.Value), interval is null ? null : $"{Number(100 * interval[0], "0.0")}\u2013{Percent(interval[1])}");

    static string Value(double? value) => value is null ? "-" : Number(value.Value, "0.000");

    static string Percent(double share) => $"{Number(100 * share, 100 * share < 0.95 && share > 0 ? "0.##" : "0.0")} %";

    static string Short(double value) => Number(value, Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.0###" });

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    static string Time(string iso) => DateTime.TryParse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? Time(time) : iso;

    static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    static XElement E(string name, params object?[] content) => new(name, content);

    static XAttribute A(string name, string value) => new(name, value);

    static string Style()
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }
}
