using System.CommandLine;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Spectre.Console;

namespace Edge.Commands;

/// <summary><c>edge verify</c>: the golden samples must give their scores here.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var bundle = CommonOptions.Bundle();
        var json = CommonOptions.Json();
        var device = CommonOptions.Device();
        var threads = CommonOptions.Threads();
        var command = new Command("verify", """
            Proves that a bundle gives here what it gave where it was made.
            Its golden samples are inspected with every profile in every precision it has and must get their scores. Pictures that show no good part
            (black, white, static, blurred, dark, other products) must be NG with every profile.
            Exit codes: 0 all within tolerance, 3 not, or the bundle is damaged, 4 device.
            """) { bundle, json, device, threads };
        command.SetAction(parsed => Verify(
            parsed.GetRequiredValue(bundle), CommonOptions.Inference(parsed, device, threads), parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Verify(string folder, InferenceOptions inference, bool json, TextWriter output)
    {
        var bundle = Bundle.Load(folder);
        List<GoldenScore> scores = [.. bundle.Profiles.SelectMany(profile => GoldenSamples.Check(bundle, profile, inference))];
        if (json)
            foreach (var score in scores)
                JsonLines.Write(output, score);
        else
            Print(scores, output);
        Require(scores, folder);
        NegativeControls.Require(bundle, bundle.Profiles, inference);
        if (!json)
            output.WriteLine($"Negative controls ({string.Join(", ", NegativeControls.Names)}{(bundle.OtherPaths.Count > 0 ? $", {bundle.OtherPaths.Count} of other products" : "")}): NG with every profile.");
    }

    /// <exception cref="BundleException">A score is too far from the expected one.</exception>
    public static void Require(IReadOnlyCollection<GoldenScore> scores, string folder)
    {
        GoldenScore[] wrong = [.. scores.Where(score => !score.Agrees)];
        if (wrong is [var worst, ..])
            throw new BundleException($"{folder}: {wrong.Length} of {scores.Count} golden scores are wrong: {worst.Sample} gives {worst.Score:G6} with "
                + $"{new ProfileKey(worst.Profile, worst.Precision)}, {worst.Expected:G6} within {worst.Tolerance:P1} is expected. This machine computes something else than the one the bundle was made on: do not use it.");
    }

    private static void Print(List<GoldenScore> scores, TextWriter output)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("profile", "precision", "golden sample").AddColumn(new TableColumn("expected").RightAligned())
            .AddColumn(new TableColumn("here").RightAligned()).AddColumn(new TableColumn("difference").RightAligned()).AddColumn("");
        foreach (var score in scores)
            table.AddRow(Markup.Escape(score.Profile), PrecisionText.Of(score.Precision), Markup.Escape(score.Sample), Text(score.Expected), Text(score.Score),
                ((score.Score - score.Expected) / score.Expected).ToString("P3", CultureInfo.InvariantCulture), score.Agrees ? "[green]ok[/]" : "[red]wrong[/]");
        Terminal.For(output).Write(table);
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
