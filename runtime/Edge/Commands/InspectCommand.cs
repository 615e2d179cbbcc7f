using Edge.Runtime;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Drawing;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;

namespace Edge.Commands;

/// <summary><c>edge inspect</c>: a verdict for each picture.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path") { Arity = ArgumentArity.OneOrMore, Description = "Pictures, or folders whose pictures are taken by name." };
        var bundle = CommonOptions.Bundle();
        var profile = new Option<string?>("--profile") { HelpName = "name", Description = "A profile of the bundle. Default: the bundle's own." };
        var precision = CommonOptions.Precision(
            "What the profile's networks run in; int8 runs on the CPU, where the bundle has it for the profile. Default: fp32.");
        var alpha = new Option<double?>("--alpha")
        {
            HelpName = "rate", Description = "False-reject rate, promised on average over calibrations, such as 0.01. Default: the bundle's own.",
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a rate between 0 and 1", (double rate) => rate is > 0 and < 1),
        };
        var depth = CommonOptions.Depth();
        var json = CommonOptions.Json();
        var overlay = new Option<string?>("--overlay") { HelpName = "folder", Description = "Draw each verdict into <stem>.overlay.png of this folder." };
        var ignore = CommonOptions.IgnoreMask();
        var regions = CommonOptions.Regions();
        var device = CommonOptions.Device();
        var threads = CommonOptions.Threads();
        var spinning = new Option<bool?>("--spinning")
        {
            HelpName = "true|false", Description = "Whether idle threads wait actively. Default: false, or what edge-bench tune has chosen.",
        };

        var command = new Command("inspect", """
            Inspects pictures and prints a verdict for each.
            A line holds verdict, score, threshold, p-value, milliseconds from the file to the verdict, path.
            The p-value is the share of good pictures expected to look this anomalous. The verdict is NG where the score is above the threshold, and
            where the picture is unlike any good one (too dark, blurred, another product), which is said.
            PNG, JPEG, BMP, TIFF, PGM or PPM files are read, of 8 or 16 bits per value, whatever their names end with.
            A picture that cannot be inspected is said and the others go on. Ctrl-C finishes the picture in hand.
            Exit codes: 0 all OK, 1 a defect was found, 2 usage, or a picture could not be inspected (also where others have defects:
            an unfinished batch is no verdict), 3 bundle, 4 device, 130 interrupted.
            """) { paths, bundle, profile, precision, alpha, depth, json, overlay, ignore, regions, device, threads, spinning };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var folder = parsed.GetRequiredValue(bundle);
            var loaded = Bundle.Load(folder);
            var inference = CommonOptions.Inference(parsed, device, threads);
            // What is said on the command line counts; threads of one's own make the choice of spinning, measured with others, worthless.
            var key = loaded.KeyFor(parsed.GetValue(profile), parsed.GetValue(precision));
            if (inference.IntraOpThreads == 0 && MachineTuning.For(folder, loaded, key, out var note) is var tuned)
            {
                if (note is not null)
                    parsed.InvocationConfiguration.Error.WriteLine(note);
                if (tuned is not null)
                    inference = inference with { IntraOpThreads = tuned.Threads, AllowSpinning = tuned.Spinning };
            }
            OverlayFolder? overlays = parsed.GetValue(overlay) is { } target ? new OverlayFolder(target) : null;
            using var model = Model.Open(loaded, new ModelOptions
            {
                Profile = key.Name, Precision = key.Precision, Inference = inference with { AllowSpinning = parsed.GetValue(spinning) ?? inference.AllowSpinning },
            }, stop: stop);
            using var inspector = model.CreateInspector(new InspectorOptions
            {
                Alpha = parsed.GetValue(alpha), IgnoreMask = parsed.GetValue(ignore), Regions = parsed.GetValue(regions) ?? [],
            });
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (inspector.MaskNote is { } other)
                error.WriteLine($"edge: warning: {other}");
            if (inference.Provider == ExecutionProvider.Auto)
                error.WriteLine($"device: {model.ProviderNote}");
            return new InspectionBatch(inspector, overlays, parsed.GetValue(json), output, error) { Depth = parsed.GetValue(depth) }
                .Run(Expand(parsed.GetRequiredValue(paths), error), stop);
        }));
        return command;
    }

    /// <summary>A folder without pictures stays in the list, so that the batch says so and goes on.</summary>
    private static List<string> Expand(string[] paths, TextWriter error)
    {
        var pictures = new List<string>();
        foreach (var path in paths)
        {
            var within = Directory.Exists(path) ? PictureFolder.In(path) : [];
            if (Directory.Exists(path) && PictureFolder.Unread(path) is { } unread)
                error.WriteLine(unread);
            pictures.AddRange(within.Count > 0 ? within : [path]);
        }
        return pictures;
    }
}
