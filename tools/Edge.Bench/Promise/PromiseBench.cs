using Edge.Runtime.Bundles;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime.Scoring;
using Spectre.Console;

namespace Edge.Bench.Promise;

/// <summary>The command <c>promise</c>.</summary>
internal sealed class PromiseBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Inspects good pictures once with each profile, and counts false rejects over random splits of them.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A data set in one of the layouts that are read.</param>
    /// <param name="asked">Profiles; none = all.</param>
    /// <param name="alphas">False-reject rates.</param>
    /// <param name="splits">Random splits, 1 or more.</param>
    /// <param name="seed">Of the splits.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string data, ProfileKey[] asked, double[] alphas, int splits, int seed, bool json, int depth = 0)
    {
        var pictures = UnseenPictures.Of(bundle, data);
        string name;
        IReadOnlyList<ProfileKey> profiles;
        using (var subject = open(bundle, new SubjectOptions()))
            (name, profiles) = (subject.Bundle, Selection.Profiles(subject, asked));
        if (pictures.LeftOut > 0)
            error.WriteLine($"{data}: {pictures.LeftOut} good pictures are left out, because the bundle was trained, fitted or calibrated on them.");

        var rows = new List<PromiseRow>();
        foreach (var profile in profiles)
        {
            using var subject = open(bundle, new SubjectOptions(profile, Depth: depth));
            foreach (var row in Rows(subject, profile, pictures, alphas, splits, seed))
            {
                rows.Add(row);
                if (json)
                    JsonLines.Write(output, row);
            }
        }
        if (!json)
            Print(rows, name, data, pictures);
    }

    private IEnumerable<PromiseRow> Rows(ISubject subject, ProfileKey profile, UnseenPictures pictures, double[] alphas, int splits, int seed)
    {
        string[] files = [.. pictures.Calibration, .. pictures.Test];
        var scores = new float[files.Length];
        Progress.Run(error, profile.ToString(), files.Length, i =>
        {
            var result = subject.Inspect(files[i]);
            Evaluator.RequireFinite(result.Score, profile, files[i]);
            scores[i] = (float)result.Rank;
        });
        // Where groups are known, these are the calibration's alone.
        var split = scores[..pictures.Split.Count];
        var test = scores[pictures.Calibration.Count..];
        var own = subject.CalibrationScores;
        foreach (var outcome in RandomSplits.Run(split, pictures.Groups, alphas, splits, seed))
        {
            int? rejected = own.LeastAlpha <= outcome.Alpha ? Rejected(test, own.Threshold(outcome.Alpha)) : null;
            yield return new PromiseRow
            {
                Profile = profile.ToString(), Alpha = outcome.Alpha, Pictures = split.Length, Unlike = split.Count(float.IsPositiveInfinity),
                ByGroups = pictures.Groups.Count > 0, Calibrating = outcome.Calibrating, Counted = outcome.Counted, Needed = outcome.Needed,
                Splits = splits, Refused = outcome.Refused,
                Promised = outcome.Promised, Mean = outcome.Mean, Deviation = outcome.Deviation, Low = outcome.Low, High = outcome.High,
                Within = outcome.Within, WithinExpected = outcome.WithinExpected, TestPictures = test.Length, TestRejected = rejected,
                TestProbability = rejected is { } count && own.Groups == own.Sorted.Length
                    ? RejectedCount.AtLeast(count, own.Groups, RandomSplits.Rank(outcome.Alpha, own.Groups), test.Length) : null,
            };
        }
    }

    private static int Rejected(float[] scores, float threshold) => scores.Count(score => ConformalScores.IsDefect(score, threshold));

    private void Print(IReadOnlyList<PromiseRow> rows, string bundle, string data, UnseenPictures pictures)
    {
        var console = Terminal.For(output);
        var first = rows[0];
        var what = first.ByGroups ? "groups" : "pictures";
        console.WriteLine($"{bundle} on {data}: good pictures that took no part in training or fitting, {pictures.Calibration.Count} that calibrated "
            + $"the bundle and {pictures.Test.Count} of the test set.");
        var splitOf = first.ByGroups ? $"the {pictures.Draws} groups of the calibration pictures" : $"all {first.Pictures}";
        console.WriteLine($"{first.Splits} random splits of {splitOf}: {first.Calibrating} {what} calibrate, "
            + $"false rejects are counted on the other {first.Counted}.");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile");
        var promised = first.ByGroups ? "at most" : "promised";
        foreach (var column in (string[])["asked", promised, "mean seen", "sd", "5 %", "95 %", "within", "expected", "unlike", "test set"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Profile), Percent(row.Alpha), Percent(row.Promised), Percent(row.Mean), Percent(row.Deviation),
                Percent(row.Low), Percent(row.High), Percent(row.Within), Percent(row.WithinExpected),
                row.Unlike.ToString(CultureInfo.InvariantCulture), Test(row));
        console.Write(table);
        foreach (var row in rows.Where(row => row.Calibrating < row.Needed).DistinctBy(row => row.Alpha))
            console.WriteLine($"{Percent(row.Alpha)} needs {row.Needed} calibration {what}, and half of these are {row.Calibrating}: "
                + $"{2 * row.Needed} good {what} would show it.");
        foreach (var row in rows.Where(row => row.Calibrating >= row.Needed && row.Refused > 0))
            console.WriteLine($"{row.Profile}: {row.Refused} of {row.Splits} splits cannot promise {Percent(row.Alpha)} and are not counted, because "
                + $"pictures they calibrate with are unlike any good one ({row.Unlike} of all are). Look at them.");
        console.WriteLine("Within: splits whose rate lies in the binomial 95 % interval of the mean promised. "
            + "Expected: how many of exchangeable pictures do.");
        console.WriteLine("Test set: its good pictures that the bundle's own calibration rejects. p: the probability of so many or more, "
            + "if they are like the calibration's.");
    }

    private static string Test(PromiseRow row) => (row.TestRejected, row.TestProbability) switch
    {
        (null, _) => "-",
        (_, null) => $"{row.TestRejected} of {row.TestPictures}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{row.TestRejected} of {row.TestPictures}, p {row.TestProbability:0.###}"),
    };

    private static string Percent(double? share) => share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0.##} %") : "-";
}
