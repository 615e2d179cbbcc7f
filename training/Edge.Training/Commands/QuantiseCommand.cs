using Edge.Runtime;
using System.CommandLine;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Training.Data;

namespace Edge.Training.Commands;

/// <summary><c>edge-train quantise</c>: int8 for a bundle that exists, from the bundle and good pictures alone.</summary>
internal static class QuantiseCommand
{
    private const int Most = 60;

    public static Command Create()
    {
        var output = new Option<string>("--out") { HelpName = "bundle", Description = "The bundle that gets them.", Required = true };
        var data = new Option<string>("--data") { HelpName = "folder", Description = "Good pictures to measure ranges on, best those it was trained on (a folder, or one in MVTec layout).", Required = true };
        var calibration = new Option<string?>("--calibration") { HelpName = "folder", Description = "Good pictures that took no part in training, for thresholds. Default: those the bundle's training held out." };
        var command = new Command("quantise", """
            Makes the bundle's networks in eight bits, one for each timestep, and gives the profiles default, fast, t1 and t3 int8 beside fp32,
            calibrated anew; edge inspect --precision int8 takes it.
            Which layers stay floats is measured; quantise.md beside the training says how. 'fit' and 'export' end with the same. The bundle is
            replaced when all is done and proved, or not at all.
            """) { output, data, calibration };
        command.SetAction(parsed =>
        {
            Quantise(parsed.GetValue(output)!, parsed.GetValue(data)!, parsed.GetValue(calibration), parsed.InvocationConfiguration.Error.WriteLine);
            return CommandHost.Ok;
        });
        return command;
    }

    private static void Quantise(string output, string data, string? calibration, Action<string> log)
    {
        var bundle = Bundle.Load(output);
        var calibrating = calibration is null ? new TrainingFolder(output).LoadPictures()
            : CalibrationPictures.Of(PictureFolder.List(calibration), Path.GetFileName(Path.GetFullPath(calibration).TrimEnd('/')));
        var preprocessor = new Preprocessor(bundle.Manifest.Network.Channels, bundle.Manifest.Preprocessing);
        var files = PictureFolder.List(data);
        var pictures = Enumerable.Range(0, Math.Min(Most, files.Count)).Select(i => TrainingPicture.Read(files[(int)((long)i * files.Count / Math.Min(Most, files.Count))], preprocessor)).ToList();

        var before = bundle.Manifest.Network.Int8;
        var (network, profiles, report) = Int8Profiles.Add(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing,
            bundle.Profiles.ToDictionary(key => key, bundle.Profile), pictures, calibrating, log);
        var kept = before;
        try
        {
            BundleRevision.Save(bundle, bundle.Manifest with
            {
                Network = network,
                Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss.fff", CultureInfo.InvariantCulture),
                Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            }, profiles);
            kept = network.Int8;
        }
        finally
        {
            foreach (var path in before.Values.Concat(network.Int8.Values).Select(file => file.Path).Except(kept.Values.Select(file => file.Path)))
                File.Delete(Path.Combine(bundle.Folder, path));
        }
        var training = new TrainingFolder(output);
        Directory.CreateDirectory(training.Path);
        File.WriteAllText(training.QuantiseReport, report);
        log($"{output}: int8 for {string.Join(", ", profiles.Keys.Where(key => key.Precision == Precision.Int8).Select(key => key.Name))}; see {training.QuantiseReport}.");
    }
}
