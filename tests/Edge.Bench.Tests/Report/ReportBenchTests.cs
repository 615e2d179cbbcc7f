using Edge.Runtime;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Edge.Bench.Report;
using Edge.CommandLine;
using Edge.Runtime.Scoring;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Bench.Tests.Report;

public sealed class ReportBenchTests : IDisposable
{
    readonly TestSet _set = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    BundleManifest? _manifest;
    int _opened;

    [Fact]
    public void Report_SyntheticSubject_IsWellFormedAndHoldsTheFigures()
    {
        var page = Page();
        Assert.Equal("made-up", page.Descendants("h1").Single().Value);
        foreach (var fact in (string[])["made-up, version 7", "2026-01-02 03:04 UTC by trainer 1.2", "3 trained on", "4 good, 3 defective"])
            Assert.Contains(fact, page.Descendants("dl").Single().Value);
        Assert.Contains("finds 3 of 3 defective pictures and rejects 0 of 4 good pictures", page.Descendants("header").Single().Value);

        var rows = page.Descendants("tbody").Single().Elements("tr").ToArray();
        Assert.Equal(["brightdefault", "blind"], rows.Select(row => row.Element("th")!.Value));
        Assert.Equal(("1.000", "1.000\u20131.000"), Cell(rows[0], "image AUROC"));
        Assert.Equal("1.000", Cell(rows[0], "AUPRO 0.3").Value);
        Assert.Equal("0.500", Cell(rows[1], "pixel AUROC").Value);
        // Wilson's interval of 0 of 4 ends at z^2 / (4 + z^2) = 3.8415 / 7.8415.
        Assert.Equal(("0.0 %", "0.0\u201349.0 %"), Cell(rows[0], "false rejects"));
        Assert.Equal("2.00", Cell(rows[0], "ms p95").Value);
        Assert.Equal(["none", "black"], rows.Select(row => Cell(row, "controls OK").Value));
        Assert.Contains(page.Descendants("h2"), heading => heading.Value == "What these numbers mean");
        Assert.Contains("blur to 1.5 px", page.Descendants("main").Single().Value);
        Assert.Contains("edge-bench report", page.Descendants("footer").Single().Value);
        Assert.Equal(At("out.html"), _output.ToString().Trim());
    }

    [Fact]
    public void Report_TwoKinds_HasARowOfEach()
    {
        _set.Picture("test/haze/000.png", (_, _) => 0);
        _set.Picture("ground_truth/haze/000_mask.png", (x, _) => x == 0 ? (byte)255 : (byte)0);

        var table = Page().Descendants("tbody").ElementAt(1).Elements("tr").ToArray();

        Assert.Equal(["haze", "hole"], table.Select(row => row.Element("th")!.Value));
        Assert.Equal(["1", "3"], table.Select(row => Cell(row, "pictures").Value));
        Assert.Equal(["0.0 %", "100.0 %"], table.Select(row => Cell(row, "recall").Value));
    }

    [Fact]
    public void Report_Page_NeedsNothingButItself()
    {
        var page = Page();
        var text = File.ReadAllText(At("out.html"));
        Assert.StartsWith("<!DOCTYPE html>", text);
        Assert.DoesNotContain("http:", text);
        Assert.DoesNotContain("https:", text);
        // What charts refer to is in the page, under a name of its own.
        var names = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(names.Distinct(), names);
        Assert.All(Regex.Matches(text, "url\\((.*?)\\)"), reference => Assert.Contains(reference.Groups[1].Value.TrimStart('#'), names));
        Assert.Empty(page.Descendants("script"));
        Assert.All(page.Descendants().Attributes("src"), source => Assert.StartsWith("data:image/jpeg;base64,", source.Value));
        Assert.Empty(page.Descendants().Attributes("href"));
        // HTML knows no empty tag but its void ones.
        Assert.DoesNotMatch("<(?!meta|img|br)[a-z]+[^>]*/>", text);
    }

    [Theory]
    [InlineData("bright", 1)]
    [InlineData("blind", 0.5)]
    public void Report_PlottedRoc_HasTheAreaOfTheFigure(string profile, double auroc)
    {
        var page = Page("--profile", profile);
        var roc = page.Descendants("svg").Single(svg => svg.Attribute("aria-label")!.Value.StartsWith("ROC", StringComparison.Ordinal));
        // The line of the pictures is blue; its coordinates are those of the rectangle that it is clipped to.
        var line = roc.Descendants("path").Single(path => path.Attribute("stroke")?.Value == "#1F6FB8" && path.Attribute("fill")?.Value == "none");
        var clip = line.Ancestors("g").First().Attribute("clip-path")!.Value;
        var data = roc.Descendants("clipPath").Single(path => clip == $"url(#{path.Attribute("id")!.Value})").Element("rect")!;
        double Of(string name) => double.Parse(data.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        var points = line.Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .Select(point => (X: (point[0] - Of("x")) / Of("width"), Y: 1 - (point[1] - Of("y")) / Of("height"))).ToArray();
        Assert.Equal(auroc, points.Zip(points.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum(), 1e-3);
    }

    [Fact]
    public void Report_Pictures_WorstOfBothKindsWithReconstructions()
    {
        var figures = Page().Descendants("figure").Where(figure => figure.Attribute("class")?.Value == "picture").ToArray();
        // Four good, three defective; the best found are among the three already.
        Assert.Equal(7, figures.Length);
        Assert.Equal(["passed", "passed", "passed", "passed", "found", "found", "found"], figures.Select(figure => figure.Descendants("b").Single().Value));
        Assert.Equal("test/hole/000.png", figures[4].Descendants("span").Single().Value);
        Assert.Equal(["picture", "anomaly map", "reconstruction"], figures[4].Descendants("img").Select(img => img.Attribute("alt")!.Value));
        foreach (var img in figures[4].Descendants("img"))
        {
            using var picture = PictureFile.Decode(Convert.FromBase64String(img.Attribute("src")!.Value.Split(',')[1]), "thumbnail");
            Assert.Equal((12, 10), (picture.Width, picture.Height));
        }
    }

    [Fact]
    public void Report_HostileNames_AreText()
    {
        const string Name = "<b>&\".png";
        _set.Picture($"test/good/{Name}", (_, _) => 60);
        _set.Picture("test/good/\u0001.png", (_, _) => 60);
        _manifest = new BundleManifest { Id = "<i>x</i>", Training = new() { ["<script>"] = "]]><!-- \u0002 -->" } };
        var page = Page();
        Assert.Equal("<i>x</i>", page.Descendants("h1").Single().Value);
        Assert.Contains(page.Descendants("span"), span => span.Value == $"test/good/{Name}");
        Assert.Contains(page.Descendants("span"), span => span.Value == "test/good/\uFFFD.png");
        Assert.Empty(page.Descendants("script"));
        Assert.Contains("]]><!-- \uFFFD -->", page.Descendants("dl").Single().Value);
        Assert.DoesNotContain("<b>&\"", File.ReadAllText(At("out.html")));
    }

    [Fact]
    public void Report_OneExposure_SaysThatReconstructionsAreInIt()
    {
        const string Says = "in the one exposure that all pictures are given";
        Assert.DoesNotContain(Says, Page().Value);
        _manifest = new BundleManifest { Id = "made-up", Preprocessing = new Preprocessing { EqualExposure = true } };
        Assert.Contains(Says, Page().Value);
    }

    [Fact]
    public void Report_NoDefects_ShowsScoresAndFalseRejects()
    {
        Directory.Delete(At("test/hole"), recursive: true);
        var page = Page();
        Assert.Equal(["Histogram of", "False reject"], page.Descendants("svg").Select(svg => svg.Attribute("aria-label")!.Value[..12]));
        Assert.Equal("-", Cell(page.Descendants("tbody").Single().Elements("tr").First(), "image AUROC").Value);
    }

    [Theory]
    [InlineData("missing/out.html", "missing")]
    [InlineData("test", "is a folder")]
    public void Report_OutNotWritable_ExitsTwoBeforeAnythingIsMeasured(string path, string reason)
    {
        Assert.Equal(2, Run("report", "--bundle", "b", "--data", _set.Folder, "--out", At(path)));
        Assert.Contains("--out", _error.ToString());
        Assert.Contains(reason, _error.ToString());
        Assert.Equal(0, _opened);
    }

    [Fact]
    public void Report_Failure_KeepsTheOldPageAndLeavesNothingBeside()
    {
        File.WriteAllText(At("out.html"), "old");
        Assert.Equal(2, Run("report", "--bundle", "b", "--data", _set.Folder, "--out", At("out.html"), "--profile", "dark"));
        Assert.Equal("old", File.ReadAllText(At("out.html")));
        Assert.Single(Directory.GetFiles(_set.Folder));
    }

    [Fact]
    public void FalseRejectsSeen_TwentiethPromised_CountsGoodAboveEachThreshold()
    {
        // Thresholds at 1, 2, 3 and 4 of 20: the highest, second, third and fourth of 1 .. 19, that is 19, 18, 17, 16; equal scores pass.
        var calibration = new ConformalScores([.. Enumerable.Range(1, 19).Select(score => (float)score)]);
        var seen = ReportCharts.FalseRejectsSeen(calibration, [16.5, 18, 18.5, 30]);
        Assert.Equal([(0.05, 0.25), (0.1, 0.5), (0.15, 0.75), (0.2, 1.0)], seen);
    }

    [Fact]
    public void Histogram_PictureUnlikeAnyGoodOne_LeavesTheScaleToTheOthers()
    {
        var row = new AccuracyRow
        {
            Profile = "bright", IsDefault = true, FalseRejectsSeen = 0, FalseRejectsSeenInterval = null, Alpha = 0.05, Good = 2, Defective = 2, Evaluations = 1,
            MeanMilliseconds = 1, P50Milliseconds = 1, P95Milliseconds = 1,
        };

        var chart = ReportCharts.Histogram(new Evaluation(row, [], [10, 20], [30, double.PositiveInfinity], null), threshold: 25);

        // A margin of 0.08 of the 20 that the finite scores span.
        var axis = chart.Plot.Axes.Bottom;
        Assert.Equal((8.4, 31.6), (axis.Min, axis.Max));
        Assert.NotEmpty(chart.Svg().Descendants());
    }

    public void Dispose() => _set.Dispose();

    string At(string name) => _set.At(name);

    XElement Page(params string[] more)
    {
        var code = Run(["report", "--bundle", "b", "--data", _set.Folder, "--out", At("out.html"), .. more]);
        Assert.True(code == 0, _error.ToString());
        return XDocument.Parse(File.ReadAllText(At("out.html"))).Root!;
    }

    int Run(params string[] args) => CommandHost.Run(new BenchProgram(Open).Commands(), args, _output, _error).GetAwaiter().GetResult();

    ISubject Open(string bundle, SubjectOptions options)
    {
        _opened++;
        return _manifest is null ? new BrightnessSubject(options, []) : new BrightnessSubject(options, []) { Manifest = _manifest };
    }

    static (string Value, string? Interval) Cell(XElement row, string column)
    {
        var cell = row.Elements("td").Single(td => td.Attribute("data-label")!.Value == column);
        return (cell.Element("span")!.Value, cell.Element("small")?.Value);
    }
}
