using System.CommandLine;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Spectre.Console;

namespace Edge.Commands;

/// <summary><c>edge bundle</c>: what a bundle is, and whether it is sound.</summary>
internal static class BundleCommand
{
    public static Command Create() => new("bundle", "Shows or checks a bundle.") { ShowCommand(), CheckCommand() };

    private static Command ShowCommand()
    {
        var folder = CommonOptions.BundleArgument();
        var json = CommonOptions.Json();
        var command = new Command("show", """
            Shows what a bundle is: network, profiles in each precision they have, calibration, thresholds.
            Exit codes: 0, 3 the bundle is damaged.
            """) { folder, json };
        command.SetAction(parsed =>
        {
            var shown = Bundle.Load(parsed.GetRequiredValue(folder));
            var facts = BundleFacts.Of(shown, BundleTolerance.Read(shown));
            if (parsed.GetValue(json))
                JsonLines.Write(parsed.InvocationConfiguration.Output, facts);
            else
                Print(facts, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static Command CheckCommand()
    {
        var folder = CommonOptions.BundleArgument();
        var json = CommonOptions.Json();
        var device = CommonOptions.Device();
        var threads = CommonOptions.Threads();
        var command = new Command("check", """
            Says in one line whether a bundle is sound.
            Every file is read, the networks are opened, the golden samples must get their scores with every profile in every precision.
            Exit codes: 0 sound, 3 not, 4 device.
            """) { folder, json, device, threads };
        command.SetAction(parsed =>
        {
            var (place, output) = (parsed.GetRequiredValue(folder), parsed.InvocationConfiguration.Output);
            try
            {
                var (bundle, golden) = Check(place, CommonOptions.Inference(parsed, device, threads));
                if (parsed.GetValue(json))
                    JsonLines.Write(output, new { path = place, verdict = "ok", id = bundle.Id, version = bundle.Manifest.Version, hash = bundle.Hash });
                else
                    output.WriteLine($"{place}: sound: {bundle.Id} {bundle.Manifest.Version}, {bundle.ProfileNames.Count} profiles, {golden} golden scores agree.");
            }
            catch (BundleException e) when (parsed.GetValue(json))
            {
                JsonLines.Write(output, new { path = place, verdict = "error", error = e.Message });
                throw;
            }
        });
        return command;
    }

    /// <summary>Reads and tries everything there is in a bundle.</summary>
    /// <returns>The bundle and how many golden scores agree.</returns>
    public static (Bundle Bundle, int GoldenScores) Check(string folder, InferenceOptions inference)
    {
        var bundle = Bundle.Load(folder);
        // The profiles open what they use; no profile need use this one.
        FeatureNetwork.Open(bundle.FeaturesPath, inference).Dispose();
        List<GoldenScore> scores = [.. bundle.Profiles.SelectMany(profile => GoldenSamples.Check(bundle, profile, inference))];
        VerifyCommand.Require(scores, folder);
        NegativeControls.Require(bundle, bundle.Profiles, inference);
        return (bundle, scores.Count);
    }

    private static void Print(BundleFacts facts, TextWriter output)
    {
        var console = Terminal.For(output);
        var grid = new Grid().AddColumn(new GridColumn().PadRight(3)).AddColumn();
        foreach (var (key, value) in Lines(facts))
            grid.AddRow(Markup.Escape(key), Markup.Escape(value));
        console.Write(grid);

        var table = new Table().Border(TableBorder.Simple).AddColumns("profile", "precision").AddColumn(new TableColumn("evaluations").RightAligned())
            .AddColumn(new TableColumn("calibrated on").RightAligned()).AddColumn(new TableColumn("threshold").RightAligned()).AddColumn("settings");
        foreach (var profile in facts.Profiles)
            table.AddRow(Markup.Escape(profile.IsDefault ? $"{profile.Name} *" : profile.Name), PrecisionText.Of(profile.Precision),
                profile.Evaluations.ToString(CultureInfo.InvariantCulture),
                Markup.Escape($"{profile.CalibrationPictures} ({profile.CalibrationSource})"),
                profile.Threshold?.ToString("G5", CultureInfo.InvariantCulture) ?? "too few pictures", Markup.Escape(profile.Summary));
        console.Write(table);
        console.WriteLine("* default profile.");
        var gate = new Table().Border(TableBorder.Simple).AddColumns($"gate of {facts.Profiles.First(p => p.IsDefault).Name}, log2").AddColumn(new TableColumn("lowest").RightAligned()).AddColumn(new TableColumn("highest").RightAligned());
        foreach (var range in facts.Profiles.First(p => p.IsDefault).Gate)
            gate.AddRow(Markup.Escape(range.Statistic), range.Low.ToString("0.00", CultureInfo.InvariantCulture), range.High == float.MaxValue ? "" : range.High.ToString("0.00", CultureInfo.InvariantCulture));
        console.Write(gate);
        console.WriteLine("A picture outside a range is unlike any good one and never OK. 1 less is half, 1 more is twice.");
        foreach (var profile in facts.Profiles)
            if (profile.Tolerance is { } tolerance)
                console.WriteLine($"{profile.Key} tolerates, by {tolerance.Pictures} good pictures{(tolerance.Threshold == profile.Threshold ? "" : " at another threshold")}: "
                    + $"{ToleranceText.Of(tolerance)}.");
    }

    private static IEnumerable<(string Key, string Value)> Lines(BundleFacts facts)
    {
        yield return ("bundle", $"{facts.Id} {facts.Version}");
        yield return ("created", $"{facts.Created} by trainer {facts.TrainerVersion}");
        yield return ("hash", facts.Hash);
        yield return ("network", $"{facts.Network.Channels} channel{(facts.Network.Channels > 1 ? "s" : "")}, sizes in multiples of {facts.Network.SizeMultiple}, "
            + $"trained below t = {facts.Network.TMax} of {facts.Network.NumTrainTimesteps}, parity {facts.Network.ParityMaxAbsDifference:E1}");
        if (facts.Network.Backbone.Length > 0)
            yield return ("frozen features", facts.Network.Backbone);
        if (facts.Network.Int8.Count > 0)
            yield return ("int8", $"networks for {string.Join(", ", facts.Network.Int8.Keys)}");
        yield return ("pictures", $"scaled by {facts.Preprocessing.Scale:G4}, tiles of {facts.Preprocessing.Tile}{(facts.Preprocessing.EqualExposure ? ", all given one exposure" : "")}");
        yield return ("false rejects", $"{facts.Alpha:P2} of good pictures (alpha)");
        yield return ("golden samples", $"{facts.GoldenSamples}, within {facts.GoldenTolerance:P1}");
        yield return ("light", facts.LightPictures > 0 ? $"of {facts.LightPictures} pictures" : "not known; run edge calibrate, or its drift cannot be told");
        foreach (var (key, value) in facts.Training)
            yield return ($"training {key}", value);
    }
}
