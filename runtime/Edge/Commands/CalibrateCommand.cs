using Edge.Runtime;
using System.CommandLine;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Spectre.Console;

namespace Edge.Commands;

/// <summary><c>edge calibrate</c>: a bundle learns from good pictures taken where it works what is normal there.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var bundle = CommonOptions.Bundle();
        var data = new Option<string>("--data") { Required = true, HelpName = "folder", Description = "Folder of good pictures, one part each, that took no part in training." };
        var output = new Option<string?>("--out") { HelpName = "folder", Description = "Write a new bundle there and leave this one as it is." };
        var profiles = new Option<string[]>("--profiles")
        {
            HelpName = "a,b", Description = "Names of profiles, separated by commas. Default: all.",
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
        };
        var precision = CommonOptions.Precision("Calibrate the profiles in this precision alone. Default: in every precision they have.");
        var keep = new Option<bool>("--keep-constants") { Description = "Leave the map's constants as they are; only the scores, and so the threshold, are new." };
        var add = new Option<bool>("--add") { Description = "Add the scores to those there are; keeps the constants. Never give a picture twice." };
        var depth = CommonOptions.Depth();
        var ignore = CommonOptions.IgnoreMask();
        var regions = CommonOptions.Regions();
        var json = CommonOptions.Json();
        var device = CommonOptions.Device();
        var threads = CommonOptions.Threads();

        var command = new Command("calibrate", """
            Gives a bundle new constants, scores and so thresholds from good pictures: constants and gate from every fifth, scores from the others.
            Where the box inspects with a mask or regions, give the same here.
            The bundle is replaced at once when all is done, or not at all.
            A false-reject rate of 1 % needs 99 scores and so 124 pictures, 0.1 % needs 1,249; with --keep-constants 99 and 999. Where the pictures
            are too few for the bundle's rate, its rate becomes the smallest that is possible, and that is said.
            The rate is promised on average over calibrations, for pictures like these. With 99 scores that of one calibration varies by about
            1 point.
            Says how brightness, contrast, sharpness and noise of the pictures have changed since the bundle was calibrated, and warns where that is
            beyond what its profiles tolerate (edge-bench robustness --write).
            Exit codes: 0 done, 2 usage or a picture, 3 bundle, 4 device, 130 interrupted (the bundle is as it was).
            """) { bundle, data, output, profiles, precision, keep, add, depth, ignore, regions, json, device, threads };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var error = parsed.InvocationConfiguration.Error;
            var recalibration = new Recalibration(parsed.GetRequiredValue(bundle), parsed.GetValue(profiles) ?? [])
            {
                Precision = parsed.GetValue(precision),
                KeepConstants = parsed.GetValue(keep) || parsed.GetValue(add),
                Add = parsed.GetValue(add),
                Depth = parsed.GetValue(depth),
                IgnoreMask = parsed.GetValue(ignore),
                Regions = parsed.GetValue(regions) ?? [],
                Inference = CommonOptions.Inference(parsed, device, threads),
            };
            var rows = recalibration.Run(parsed.GetRequiredValue(data), parsed.GetValue(output), error, stop);
            if (parsed.GetValue(json))
                foreach (var row in rows)
                    JsonLines.Write(parsed.InvocationConfiguration.Output, row);
            else
                Print(rows, parsed.InvocationConfiguration.Output);
        }));
        return command;
    }

    private static void Print(IReadOnlyList<CalibrationRow> rows, TextWriter output)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("profile", "precision");
        foreach (var column in (string[])["pictures", "threshold before", "now", "smallest alpha"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Profile), PrecisionText.Of(row.Precision), $"{row.PicturesBefore} -> {row.Pictures}", Text(row.ThresholdBefore), Text(row.Threshold),
                row.SmallestAlpha.ToString("P3", CultureInfo.InvariantCulture));
        var console = Terminal.For(output);
        console.Write(table);
        console.WriteLine($"{rows[0].Bundle} is now version {rows[0].BundleVersion}; thresholds at {rows[0].Alpha:P2} false rejects.");
        PrintCamera(rows, console);
    }

    private static void PrintCamera(IReadOnlyList<CalibrationRow> rows, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("camera");
        foreach (var column in (string[])["before", "now", "change"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddColumn(Markup.Escape($"{row.Key} tolerates"));
        for (var i = 0; i < rows[0].Camera.Count; i++)
        {
            var shift = rows[0].Camera[i];
            table.AddRow([shift.Quantity, Share(shift.Before), Share(shift.Now), shift.ShiftText, .. rows.Select(row => Tolerated(row.Camera[i]))]);
        }
        console.Write(table);
        if (rows[0].Camera.Any(shift => shift.Shift is null))
            console.WriteLine("What is not known the bundle did not say of the pictures before; edge calibrate without --add notes it.");
        if (rows.Any(row => row.ToleranceIsOlder is null))
            console.WriteLine("The bundle does not say what all of these profiles tolerate; run edge-bench robustness --write.");
        if (rows.Any(row => row.ToleranceIsOlder == true))
            console.WriteLine("The tolerances were measured at other thresholds; run edge-bench robustness --write to measure them anew.");
    }

    private static string Tolerated(CameraShift shift) => shift.Inside switch
    {
        null => "not known",
        true => $"inside {shift.ToleranceSpan}",
        false => $"OUTSIDE {shift.ToleranceSpan}",
    };

    private static string Share(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "not known";

    private static string Text(double? threshold) => threshold?.ToString("G5", CultureInfo.InvariantCulture) ?? "none";
}
