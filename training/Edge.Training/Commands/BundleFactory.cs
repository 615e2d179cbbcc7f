using System.Globalization;
using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Onnx;
using Edge.Training.Data;
using Edge.Features;
using Edge.Training.Learning;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using Edge.Training.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Commands;

/// <summary>Makes a bundle of a trained network: exports it, proves the export, calibrates every profile and adds golden samples.</summary>
internal static class BundleFactory
{
    private const double WantedAlpha = 0.01;

    private const int GoldenCount = 3;
    private const int MostOthers = 8;

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
    /// <param name="backbone">What the memory and the comparison of features read.</param>
    /// <param name="output">The bundle's folder.</param>
    /// <param name="log">Told of every step.</param>
    /// <param name="seed">Of the synthetic defects that settings are chosen by.</param>
    /// <param name="others">Pictures of other products, which every profile must call NG.</param>
    /// <param name="int8">Whether it gets networks in eight bits, and profiles that run in int8.</param>
    /// <param name="stop">Ends it between two steps, up to the moment where the bundle is moved to its place.</param>
    /// <returns>The tuning's report, which also lies beside the training.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; what lay in the bundle's place still does.</exception>
    public static string Create(TrainedNetworks model, Checkpoint checkpoint, PictureSet pictures, Backbone backbone, string output, Action<string> log,
        ulong seed = 0, IReadOnlyList<string>? others = null, bool int8 = true, CancellationToken stop = default)
    {
        var draft = output.TrimEnd('/') + ".new";
        try
        {
            return Create(model, checkpoint, pictures, backbone, output.TrimEnd('/'), draft, log, seed, others ?? [], int8, stop);
        }
        catch (OperationCanceledException)
        {
            Directory.Delete(draft, recursive: true);
            throw;
        }
    }

    private static string Create(TrainedNetworks model, Checkpoint checkpoint, PictureSet pictures, Backbone backbone, string place, string draft,
        Action<string> log, ulong seed, IReadOnlyList<string> others, bool int8, CancellationToken stop)
    {
        model.eval();
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft);

        model.to(CPU);
        var version = typeof(BundleFactory).Assembly.GetName().Version!.ToString(3);
        var network = Describe(checkpoint.Options, backbone);
        var metadata = NetworkMetadata.Of(network);
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        UNetExporter.Save(model, draft, weights, metadata, version);
        Say($"Remembering {pictures.Training.Count} good pictures by frozen features ({backbone.Origin}) ...");
        PatchMemory.Save(backbone, PatchMemory.Collect(backbone, [.. pictures.Training.Select(p => (p.Values, p.Shape))], PatchMemory.MostVectors, (int)seed), draft, weights, network.Channels, metadata, version);
        PatchMemory.SaveLayers(backbone, draft, weights, network.Channels, metadata, version);
        weights.Save(draft);
        var parity = ParityProof.Measure(model, draft, network.SizeMultiple, pictures.HeldOut);
        Say($"Export: largest difference between trainer and ONNX Runtime {parity:E1}; allowed {ParityProof.Limit:E0}.");
        if (parity > ParityProof.Limit)
            throw new BundleException($"{draft}: the exported networks differ by {parity:E2} from the trained ones; {ParityProof.Limit:E0} is allowed. Nothing was written to {place}.");

        var depth = checkpoint.Options.Depth;
        string tuning;
        Dictionary<ProfileKey, Profile> profiles;
        var calibration = pictures.ForCalibration();
        using (var calibrator = new Calibrator(draft, network, pictures.Preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }) { Depth = depth })
            (profiles, tuning) = ProfileFactory.Make(calibrator, checkpoint.Options, pictures, backbone, seed, Say);
        var quantised = "";
        if (int8)
            (network, profiles, quantised) = Int8Profiles.Add(draft, network, pictures.Preprocessing, profiles, pictures.Training, calibration, Say, depth);
        var alpha = PossibleAlpha(profiles, Say);

        var (width, height) = SizeOf(calibration.Calibration, depth);
        var manifest = new BundleManifest
        {
            Id = Path.GetFileName(Path.GetFullPath(place)),
            Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss", CultureInfo.InvariantCulture),
            Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            TrainerVersion = version,
            Network = network with { ParityMaxAbsDifference = parity, Backbone = backbone.Origin },
            Preprocessing = pictures.Preprocessing,
            DefaultProfile = DefaultProfiles.Default,
            Alpha = alpha,
            GoldenSamples = [.. calibration.Calibration.Take(GoldenCount).Select((path, i) => new GoldenSample { Path = CopySample(path, draft, $"good_{i}", depth) })],
            Others = [.. others.Take(MostOthers).Select((path, i) => new FileEntry { Path = CopySample(path, draft, $"other_{i}", depth) })],
            PictureWidth = width,
            PictureHeight = height,
            Light = Calibrator.MeasureLight(calibration.Calibration, depth),
            Training = Facts(checkpoint, pictures),
        };
        TrainedPictures.Write(draft, pictures.Training.Select(p => (p.Sha256, p.Path)));
        BundleWriter.Save(manifest, profiles, draft);
        BundleWriter.Save(manifest with { GoldenSamples = GoldenSamples.Expect(Bundle.Load(draft)) }, profiles, draft);
        RequireControls(Bundle.Load(draft), Say);
        var folder = new TrainingFolder(place);
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder.TuningReport, tuning);
        if (int8)
            File.WriteAllText(folder.QuantiseReport, quantised);
        folder.SavePictures(calibration);
        Publish(draft, place);
        log($"Wrote {place}: profiles {string.Join(", ", profiles.Keys)}, default {manifest.DefaultProfile}, false rejects {manifest.Alpha:P2}.");
        return tuning;

        // Each step says something, so this is where it can be stopped.
        void Say(string message)
        {
            log(message);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The false-reject rate of the bundle: 1 %, or the least that all profiles can promise.</summary>
    private static double PossibleAlpha(IReadOnlyDictionary<ProfileKey, Profile> profiles, Action<string> log)
    {
        var alpha = Math.Max(WantedAlpha, profiles.Values.Max(profile => new ConformalScores(profile.Calibration).LeastAlpha));
        foreach (var odd in profiles.SelectMany(p => p.Value.Calibration.Pictures.Where((_, i) => float.IsPositiveInfinity(p.Value.Calibration.Scores[i])), (p, name) => (p.Key, name))
            .GroupBy(odd => odd.name, odd => odd.Key))
            log($"{odd.Key}: unlike the other good pictures, and NG with {string.Join(", ", odd)}; the false-reject rate of {alpha:P2} counts it. Look at it. 'edge-train export "
                + "--force --exclude NAME' leaves out what is not good; of what is good, add more pictures like it.");
        return alpha;
    }

    /// <summary>A bundle that calls a black picture OK is not written.</summary>
    private static void RequireControls(Bundle bundle, Action<string> log)
    {
        NegativeControls.Require(bundle, bundle.Profiles, new InferenceOptions { Provider = ExecutionProvider.Cpu });
        log($"Negative controls: every profile calls {string.Join(", ", NegativeControls.Names)}{(bundle.OtherPaths.Count > 0 ? $" and {bundle.OtherPaths.Count} pictures of other products" : "")} NG.");
    }

    private static (int Width, int Height) SizeOf(IReadOnlyList<string> paths, int depth)
    {
        (int Width, int Height)? size = null;
        foreach (var path in paths)
        {
            using var picture = PictureFile.Read(path, depth);
            if (size is { } known && known != (picture.Width, picture.Height))
                return (0, 0);
            size = (picture.Width, picture.Height);
        }
        return size ?? (0, 0);
    }

    private static NetworkManifest Describe(FitOptions options, Backbone backbone) => new()
    {
        Channels = options.Network.Channels,
        SizeMultiple = Math.Max(options.SizeMultiple, backbone.SizeMultiple),
        TMax = options.TMax,
        Eps = new FileEntry { Path = UNetExporter.EpsFile },
        LogOdds = new FileEntry { Path = UNetExporter.LogOddsFile },
        Memory = new FileEntry { Path = PatchMemory.FileName },
        Features = new FileEntry { Path = PatchMemory.LayersFileName },
        Weights = new FileEntry { Path = UNetExporter.WeightsFileName },
    };

    private static string CopySample(string path, string draft, string name, int depth)
    {
        Directory.CreateDirectory(Path.Combine(draft, "golden"));
        var sample = $"golden/{name}{Path.GetExtension(path).ToLowerInvariant()}";
        if (depth == 0)
        {
            File.Copy(path, Path.Combine(draft, sample));
            return sample;
        }
        // The file itself does not say its bits, so the sample is written as a picture that fills all of them.
        sample = Path.ChangeExtension(sample, ".png");
        using var picture = PictureFile.Read(path, depth);
        File.WriteAllBytes(Path.Combine(draft, sample), PictureWriter.Encode(picture.AsFrame(), jpeg: false));
        return sample;
    }

    private static Dictionary<string, string> Facts(Checkpoint checkpoint, PictureSet pictures) => new()
    {
        ["pictures"] = $"{pictures.Training.Count} trained on, {pictures.Fitting.Count} fitted on, {pictures.Calibration.Count} calibrated on",
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
