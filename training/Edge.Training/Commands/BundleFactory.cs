using System.Globalization;
using Edge.Evaluation;
using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Commands;

/// <summary>Makes a bundle of a trained network: exports it, proves the export, calibrates every profile and adds golden samples.</summary>
internal static class BundleFactory
{
    private const double WantedAlpha = 0.01;
    private const int GoldenCount = 3;

    /// <exception cref="ArgumentException">There is a bundle already and it may not be replaced, or something that is no bundle.</exception>
    public static void RequireFree(string output, bool force)
    {
        if (!Directory.Exists(output) || !Directory.EnumerateFileSystemEntries(output).Any())
            return;
        if (!File.Exists(Path.Combine(output, "bundle.yaml")))
            throw new ArgumentException($"{output} is a folder with other things in it; name a new one.");
        if (!force)
            throw new ArgumentException($"{output} holds a bundle; name another folder, or replace it with --force.");
    }

    /// <summary>Writes the bundle beside its place and moves it there when it is whole.</summary>
    /// <param name="model">The trained network.</param>
    /// <param name="checkpoint">Its training.</param>
    /// <param name="pictures">What it was trained on, and what was held out.</param>
    /// <param name="output">The bundle's folder.</param>
    /// <param name="log">Told of every step.</param>
    /// <param name="seed">Of the synthetic defects that settings are chosen by.</param>
    /// <param name="real">A labelled set for the report; nothing is chosen by it.</param>
    /// <param name="int8">Whether it gets networks and profiles in eight bits.</param>
    /// <param name="thorough">Whether the mode of T scales and a reconstruction are tuned as well, which takes minutes.</param>
    /// <returns>The tuning's report, which also lies beside the training.</returns>
    public static string Create(UNetModel model, Checkpoint checkpoint, PictureSet pictures, string output, Action<string> log, ulong seed = 0, DefectDataset? real = null,
        bool int8 = true, bool thorough = false)
    {
        var place = output.TrimEnd('/');
        model.eval();
        var draft = place + ".new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft);

        model.to(CPU);
        var version = typeof(BundleFactory).Assembly.GetName().Version!.ToString(3);
        var network = Describe(checkpoint.Options);
        UNetExporter.Save(model, draft, NetworkMetadata.Of(network), version);
        var (eps, features) = ParityProof.Measure(model, draft, pictures.HeldOut);
        log($"Export: largest difference between trainer and ONNX Runtime {eps:E1} (eps), {features:E1} (features); allowed {ParityProof.Limit:E0}.");
        if (eps > ParityProof.Limit)
            throw new BundleException($"{draft}: the exported network differs by {eps:E2} from the trained one; {ParityProof.Limit:E0} is allowed. Nothing was written to {output}.");

        var paths = pictures.HeldOut.Select(p => p.Path).ToArray();
        var alpha = Math.Max(WantedAlpha, 1.0 / (paths.Length + 1));
        string report;
        Dictionary<string, Profile> profiles;
        using (var calibrator = new Calibrator(draft, network, pictures.Preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }) { Depth = checkpoint.Options.Depth })
            (profiles, report) = new ProfileFactory(calibrator, checkpoint.Options, pictures, alpha, seed, log).Make(real, thorough);
        var quantised = "";
        if (int8)
            (network, profiles, quantised) = Int8Profiles.Add(draft, network, pictures.Preprocessing, profiles, pictures.Training, paths, "training", log, checkpoint.Options.Depth);

        var samples = paths.Take(GoldenCount).Select((path, i) => CopySample(path, draft, i, checkpoint.Options.Depth)).ToList();
        var manifest = new BundleManifest
        {
            Id = Path.GetFileName(Path.GetFullPath(place)),
            Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss", CultureInfo.InvariantCulture),
            Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            TrainerVersion = version,
            Network = network with { ParityMaxAbsDifference = eps },
            Preprocessing = pictures.Preprocessing,
            DefaultProfile = DefaultProfiles.Tuned,
            Alpha = Math.Max(alpha, profiles.Values.Max(p => p.Calibration.LeastAlpha)),
            GoldenSamples = samples,
            Light = Calibrator.MeasureLight(paths, checkpoint.Options.Depth),
            Training = Facts(checkpoint, pictures),
        };
        TrainedPictures.Write(draft, pictures.Training.Select(p => (p.Sha256, p.Path)));
        BundleWriter.Save(manifest, profiles, draft);
        BundleWriter.Save(manifest with { GoldenSamples = GoldenSamples.Expect(Bundle.Load(draft)) }, profiles, draft);
        Bundle.Load(draft);
        var folder = new TrainingFolder(place);
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder.TuneReport, report);
        if (int8)
            File.WriteAllText(folder.QuantiseReport, quantised);
        File.WriteAllLines(folder.HeldOut, paths.Select(Path.GetFullPath));
        Publish(draft, place);
        log($"Wrote {place}: profiles {string.Join(", ", profiles.Keys)}, default {manifest.DefaultProfile}, false rejects {manifest.Alpha:P2}.");
        return report;
    }

    private static NetworkManifest Describe(FitOptions options) => new()
    {
        Channels = options.Network.Channels,
        SizeMultiple = options.Network.SizeMultiple,
        TMax = options.TMax,
        Eps = new FileEntry { Path = UNetExporter.EpsFile },
        Features = new FileEntry { Path = UNetExporter.FeaturesFile },
        Weights = new FileEntry { Path = UNetExporter.WeightsFileName },
    };

    private static GoldenSample CopySample(string path, string draft, int index, int depth)
    {
        Directory.CreateDirectory(Path.Combine(draft, "golden"));
        var sample = $"golden/good_{index}{Path.GetExtension(path).ToLowerInvariant()}";
        if (depth == 0)
            File.Copy(path, Path.Combine(draft, sample));
        else
        {
            // The file itself does not say its bits, so the sample is written as a picture that fills all of them.
            sample = Path.ChangeExtension(sample, ".png");
            using var picture = PictureFile.Read(path, depth);
            File.WriteAllBytes(Path.Combine(draft, sample), PictureWriter.Encode(picture.AsFrame(), jpeg: false));
        }
        return new GoldenSample { Path = sample };
    }

    private static Dictionary<string, string> Facts(Checkpoint checkpoint, PictureSet pictures) => new()
    {
        ["pictures"] = $"{pictures.Training.Count} trained on, {pictures.HeldOut.Count} held out",
        ["steps"] = $"{checkpoint.Step}",
        ["time"] = checkpoint.Elapsed.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture),
        ["loss"] = checkpoint.HeldOut.LastOrDefault()?.Loss.ToString("F5", CultureInfo.InvariantCulture) ?? "not measured",
        ["network"] = $"base {checkpoint.Options.Network.Base}, multipliers {string.Join(' ', checkpoint.Options.Network.Multipliers)}, "
            + $"unshuffle {checkpoint.Options.Network.Unshuffle}",
        ["crop"] = $"{checkpoint.Options.Crop}",
        ["seed"] = $"{checkpoint.Options.Seed}",
    };

    private static void Publish(string draft, string place)
    {
        var old = place + ".old";
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        if (Directory.Exists(place))
            Directory.Move(place, old);
        Directory.Move(draft, place);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }
}
