using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Spectre.Console;

namespace Edge.Bench;

/// <summary>The command <c>robustness</c>.</summary>
internal sealed class RobustnessBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    /// <summary>Changes good pictures in every way and strength and prints what the verdicts make of them.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="data">A folder of good pictures, or a data set in MVTec AD's layout.</param>
    /// <param name="profile">The profile and its precision; null = the bundle's default.</param>
    /// <param name="json">A JSON object instead of tables.</param>
    /// <param name="write">Write the tolerance beside the bundle.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string folder, string data, ProfileKey? profile, bool json, bool write, int depth = 0)
    {
        var pictures = Selection.GoodPictures(data);
        // Every picture is inspected some fifty times; bad files are named before that.
        PictureFile.ReadEach(pictures, _ => { }, depth);
        var before = write ? Bundle.Load(folder) : null;
        using var subject = open(folder, new SubjectOptions(profile));
        var (bundle, key) = (subject.Bundle, profile ?? subject.DefaultProfile);
        var measured = Robustness.Measure(frame => subject.Inspect(frame), subject.Alpha, pictures, Progress.Of(error, key.ToString(), pictures.Count), depth);
        if (json)
            JsonLines.Write(output, new
            {
                bundle, profile = key.ToString(), measured.Pictures, measured.Alpha, measured.Threshold, measured.Score, measured.Rejected, measured.MostRejects,
                measured.Tolerance, measured.Steps,
            });
        else
            Print(measured, $"{bundle}, profile {key}, on {pictures.Count} good pictures of {data}");
        if (before is not null)
            Write(before, key, measured);
    }

    void Write(Bundle before, ProfileKey profile, Robustness measured)
    {
        if (measured.Tolerance is null)
            throw new BundleException($"{before.Folder}: nothing is written, because profile {profile} rejects {measured.Rejected} of the {measured.Pictures} pictures as they are, "
                + $"more than the {measured.MostRejects} that {measured.Alpha:0.####} false rejects allow; take out what is not good, or calibrate with 'edge calibrate'.");
        if (Bundle.Load(before.Folder).Hash != before.Hash)
            throw new BundleException($"{before.Folder}: nothing is written, because the bundle has changed since this began; run it again.");
        var tolerance = BundleTolerance.Read(before);
        tolerance.Profiles[profile] = measured.Tolerance;
        tolerance.Write(before.Folder);
        error.WriteLine($"Written: {BundleTolerance.PathOf(before.Folder)}");
    }

    void Print(Robustness measured, string what)
    {
        var console = Terminal.For(output);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: median score {measured.Score:G4}, "
            + $"threshold {measured.Threshold:G4}; as they are {measured.Rejected} are rejected, up to {measured.MostRejects} are compatible with {measured.Alpha:0.####} false rejects"));
        var kinds = measured.Steps.GroupBy(step => step.Kind).ToArray();
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("");
        var columns = kinds.Max(kind => kind.Count());
        for (var i = 0; i < columns; i++)
            table.AddColumn(new TableColumn("").RightAligned());
        foreach (var kind in kinds)
            table.AddRow([$"{ToleranceText.Name(kind.Key)}\n  score x\n  false rejects %", .. kind.Select(step => Cell(step, measured))]);
        console.Write(table);
        console.WriteLine(measured.Tolerance is { } tolerance
            ? $"Tolerated: {ToleranceText.Of(tolerance)}."
            : "Nothing is tolerated: too many of the pictures are rejected as they are.");
    }

    static string Cell(RobustnessStep step, Robustness measured) => string.Create(CultureInfo.InvariantCulture,
        $"{step.Strength:0.###}\n{(measured.Score > 0 ? (step.Score / measured.Score).ToString("0.00", CultureInfo.InvariantCulture) : "-")}\n{100.0 * step.Rejected / measured.Pictures:0.#}");
}
