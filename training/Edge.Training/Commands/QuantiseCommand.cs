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
        var depth = new Option<int>("--depth") { HelpName = "bits", Description = "Bits of 16-bit pictures that the sensor fills, 8 to 16, as 'fit' was given. Default: what each file says, or else 16." };
        var command = new Command("quantise", """
            Makes the bundle's networks in eight bits, one for each timestep, and gives the profiles default, fast, t1 and t3 int8 beside fp32,
            calibrated anew; edge inspect --precision int8 takes it.
            Which layers stay floats is measured; quantise.md beside the training says how. 'fit' and 'export' end with the same. The bundle is
            replaced when all is done and proved, or not at all.
            """) { output, data, calibration, depth };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var error = parsed.InvocationConfiguration.Error;
            var bundle = parsed.GetValue(output)!;
            try
            {
                Quantise(bundle, parsed.GetValue(data)!, parsed.GetValue(calibration), parsed.GetValue(depth), error.WriteLine, stop);
                return CommandHost.Ok;
            }
            catch (OperationCanceledException)
            {
                error.WriteLine($"Stopped; {bundle} is as it was.");
                return CommandHost.Interrupted;
            }
        }, CancellationToken.None));
        return command;
    }

    private static void Quantise(string output, string data, string? calibration, int depth, Action<string> log, CancellationToken stop)
    {
        var bundle = Bundle.Load(output);
        var calibrating = calibration is null ? OwnPictures(bundle)
            : CalibrationPictures.Of(PictureFolder.List(calibration), Path.GetFileName(Path.GetFullPath(calibration).TrimEnd('/')));
        if (calibration is not null)
            TrainedPictures.RequireNone(bundle.Folder, [.. calibrating.Fitting, .. calibrating.Calibration], $"--calibration {calibration}");
        var pictures = Read(PictureFolder.List(data), calibrating, new Preprocessor(bundle.Manifest.Network.Channels, bundle.Manifest.Preprocessing), depth, stop);
        var networks = Path.Combine(bundle.Folder, "int8");
        HashSet<string> before = [.. Directory.Exists(networks) ? Directory.GetFiles(networks) : []];
        HashSet<string> superseded = [.. Paths(bundle.Manifest.Network)];
        var replaced = false;
        try
        {
            var (network, profiles, report) = Int8Profiles.Add(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing,
                bundle.Profiles.ToDictionary(key => key, bundle.Profile), pictures, calibrating, Say, depth);
            BundleRevision.Save(bundle, (bundle.Manifest with { Network = network }).Renewed(), profiles);
            replaced = true;
            superseded.ExceptWith(Paths(network));
            var training = new TrainingFolder(output);
            Directory.CreateDirectory(training.Path);
            File.WriteAllText(training.QuantiseReport, report);
            log($"{output}: int8 for {string.Join(", ", profiles.Keys.Where(key => key.Precision == Precision.Int8).Select(key => key.Name))}; see {training.QuantiseReport}.");
        }
        finally
        {
            // Of what lies there, only networks that the bundle no longer names, or does not name yet, are this command's to delete.
            foreach (var path in replaced ? superseded : Directory.Exists(networks) ? Directory.GetFiles(networks).Except(before) : [])
                File.Delete(path);
        }

        IEnumerable<string> Paths(NetworkManifest network) => network.Int8.Values.Select(file => Path.Combine(bundle.Folder, file.Path));

        // Each step says something, so this is where it can be stopped.
        void Say(string message)
        {
            log(message);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The pictures that calibrate the bundle, as its training recorded them.</summary>
    /// <exception cref="PictureException">They are not known, or the bundle was calibrated on others since.</exception>
    private static CalibrationPictures OwnPictures(Bundle bundle)
    {
        var pictures = new TrainingFolder(bundle.Folder).LoadPictures();
        var recorded = pictures.Calibration.Select(Path.GetFileName).Order();
        return recorded.SequenceEqual(bundle.Profile().Calibration.Pictures.Order()) ? pictures : throw new PictureException(
            $"{PicturesRecord.PathOf(bundle.Folder)}: names other pictures than those that {bundle.Folder} is calibrated on now; name the latter with --calibration.");
    }

    /// <summary>Reads pictures for the ranges, evenly taken from all there are, and looks whether the others can be read: the bad ones are named together.</summary>
    private static List<TrainingPicture> Read(IReadOnlyList<string> files, CalibrationPictures calibrating, Preprocessor preprocessor, int depth, CancellationToken stop)
    {
        var count = Math.Min(Most, files.Count);
        string[] chosen = [.. Enumerable.Range(0, count).Select(i => files[(int)((long)i * files.Count / count)])];
        var pictures = new List<TrainingPicture>();
        PictureFile.Each([.. chosen, .. calibrating.Fitting.Concat(calibrating.Calibration).Except(chosen)], path =>
        {
            stop.ThrowIfCancellationRequested();
            var picture = TrainingPicture.Read(path, preprocessor, depth);
            if (pictures.Count < count)
                pictures.Add(picture);
        });
        return pictures;
    }
}
