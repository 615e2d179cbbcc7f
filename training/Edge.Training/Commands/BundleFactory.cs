using System.Globalization;
using Edge.Bench;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Data;
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

    /// <summary>Pictures that answers are sought on which ask the network anew.</summary>
    private const int AskedOf = 60;

    /// <summary>Log-odds learnt from less than this much good material know it by heart: with a tenth of it the shipped bundle took five of eight
    /// new good pictures for spoiled, where T scales took none.</summary>
    private const long FewestPixels = 1_000_000;

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

        var preprocessing = new Preprocessing { Scale = pictures.Scale };
        var paths = pictures.HeldOut.Select(p => p.Path).ToArray();
        var alpha = Math.Max(WantedAlpha, 1.0 / (paths.Length + 1));
        string report;
        Dictionary<string, Profile> profiles;
        using (var calibrator = new Calibrator(draft, network, preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu }))
            (profiles, report) = Calibrate(calibrator, checkpoint.Options, pictures, alpha, log, seed, real, thorough);
        var quantised = "";
        if (int8)
            (network, profiles, quantised) = Int8Profiles.Add(draft, network, preprocessing, profiles, pictures.Training, paths, "training", log);

        var samples = paths.Take(GoldenCount).Select((path, i) => CopySample(path, draft, i)).ToList();
        var manifest = new BundleManifest
        {
            Id = Path.GetFileName(Path.GetFullPath(place)),
            Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss", CultureInfo.InvariantCulture),
            Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            TrainerVersion = version,
            Network = network with { ParityMaxAbsDifference = eps },
            Preprocessing = preprocessing,
            DefaultProfile = DefaultProfiles.Tuned,
            Alpha = Math.Max(alpha, profiles.Values.Max(p => 1.0 / (p.Calibration.Scores.Count + 1))),
            GoldenSamples = samples,
            Light = Calibrator.MeasureLight(paths),
            Training = Facts(checkpoint, pictures),
        };
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

    /// <summary>Tunes one profile and gives all of them constants and scores. The network reads every level once.</summary>
    private static (Dictionary<string, Profile>, string Report) Calibrate(
        Calibrator calibrator, FitOptions options, PictureSet pictures, double alpha, Action<string> log, ulong seed, DefectDataset? real, bool thorough)
    {
        var standard = DefaultProfiles.For(options.TMax, TypicalShape(pictures));
        int[] levels = [.. standard.Values.Where(p => p.TScales is not null).SelectMany(p => p.TScales!.Timesteps).Distinct().Order()];
        var every = new Profile { TScales = new TScaleSettings { Timesteps = [.. levels], Logit = true } };
        var set = TrialSet.Of(pictures.HeldOut, seed);
        log($"Reading {levels.Length} levels and the log-odds of {set.Good.Count} held-out pictures and of their copies with synthetic defects ...");
        string[] names = [.. pictures.HeldOut.Select(p => Path.GetFileName(p.Path))];
        var trial = new Trial(calibrator.Measure(every, set.Good), calibrator.Measure(every, set.Spoiled), set.Kinds);
        var aligned = AlikePictures.LieAlike(pictures.HeldOut);
        var start = standard[DefaultProfiles.Start];
        var joint = pictures.Training.Sum(p => (long)p.Shape.Pixels) >= FewestPixels ? standard[DefaultProfiles.Joint] : null;
        // What a calibration would leave out, by either reading, is left out of the trial: with 99 pictures one of them is the threshold.
        int[] outliers = [.. new[] { start, joint }.OfType<Profile>()
            .SelectMany(p => Outliers.Of(Calibrator.Scores(p, [.. trial.Good.Select(planes => planes.Select(Tuner.PlanesOf(p, levels)))]))).Distinct()];
        var kept = trial.Without(outliers);
        var choices = new Tuner(p => kept.Select(Tuner.PlanesOf(p, levels)), alpha, log).Scales(start, joint, levels, aligned);
        var tuned = choices[^1].Chosen.Candidate.Profile;
        var report = TuneReport.Write(choices, alpha, set.Good.Count, real is null ? null : Check(calibrator, every, levels, trial, choices, pictures, real));
        if (thorough)
        {
            var (few, tuner) = Asking(calibrator, set, outliers, alpha, log);
            var scales = tuned.TScales!.Logit ? start : tuned;
            var rebuilt = tuner.Reconstruction(standard[DefaultProfiles.Reconstruct] with { Map = scales.Map with { Aggregation = MapAggregation.Mean }, TopPixels = scales.TopPixels },
                [.. options.Network.Multipliers.Select((_, level) => UNetExporter.FeatureName(level))], options.TMax);
            standard[DefaultProfiles.TunedReconstruct] = rebuilt[^1].Chosen.Candidate.Profile;
            if (!tuned.TScales!.Logit)
            {
                var mode = tuner.Mode(tuned);
                (tuned, rebuilt) = (mode[^1].Chosen.Candidate.Profile, [.. mode, .. rebuilt]);
            }
            report += Environment.NewLine + TuneReport.Write(rebuilt, alpha, few, null);
        }

        var scored = new Dictionary<string, ProfileScores>();
        foreach (var (name, settings) in standard.Prepend(new(DefaultProfiles.Tuned, tuned)))
        {
            // Profiles of the same reading take over what was chosen of map and score; their levels and weights are their own.
            var profile = name is DefaultProfiles.Tuned or DefaultProfiles.TunedReconstruct || !tuned.ReadsAs(settings) ? settings : settings with
            {
                Map = tuned.Map with { Aggregation = settings.Map.Aggregation, Weights = settings.Map.Weights }, TopPixels = tuned.TopPixels,
            };
            var planes = profile.TScales is { Mode: TScaleMode.Noiseless }
                ? [.. trial.Good.Select(p => p.Select(Tuner.PlanesOf(profile, levels)))]
                : calibrator.Measure(profile, set.Good);
            scored[name] = Calibrator.CalibrateAndScore(profile, planes, names, "training");
            log($"Calibrated {name} on {set.Good.Count} held-out pictures."
                + string.Concat(scored[name].Profile.Calibration.SetAside.Select(a => $" {a.Picture} is unlike all others (score {a.Score:F1}) and was left out; look at it.")));
        }

        var profiles = scored.ToDictionary(p => p.Key, p => p.Value.Profile);
        var first = tuned.TScales!.Logit ? DefaultProfiles.Logit : DefaultProfiles.Cheapest;
        var second = tuned.Evaluations == 1 ? DefaultProfiles.Start : DefaultProfiles.Tuned;
        var cascade = new Profile { Cascade = new CascadeSettings { First = first, Then = second } };
        profiles[DefaultProfiles.Cascade] = Calibrator.Calibrate(cascade, scored[first], scored[second], names, "training");
        log($"Calibrated {DefaultProfiles.Cascade}: {first} alone for all but {profiles[DefaultProfiles.Cascade].Cascade!.Borderline:P0} of the held-out pictures, there {second} decides.");

        return (profiles, report);
    }

    /// <summary>A tuner whose every answer asks the network, of no more pictures than that leaves time for, evenly of all.</summary>
    private static (int Pictures, Tuner Tuner) Asking(Calibrator calibrator, TrialSet set, int[] outliers, double alpha, Action<string> log)
    {
        int[] left = [.. Enumerable.Range(0, set.Good.Count).Except(outliers)];
        int[] few = left.Length <= AskedOf ? left : [.. Enumerable.Range(0, AskedOf).Select(i => left[i * left.Length / AskedOf])];
        log($"Asking the network anew for every answer that follows, of {few.Length} pictures and their copies ...");
        Profile? asked = null;
        Trial? answer = null;
        return (few.Length, new Tuner(Read, alpha, log));

        Trial Read(Profile profile)
        {
            // Candidates that differ in map and score alone share what is read.
            if (answer is null || asked!.TScales != profile.TScales || asked.Reconstruction != profile.Reconstruction)
                answer = new Trial(calibrator.Measure(profile, [.. few.Select(i => set.Good[i])]), calibrator.Measure(profile, [.. few.Select(i => set.Spoiled[i])]), [.. few.Select(i => set.Kinds[i])]);
            asked = profile;
            return answer;
        }
    }

    private static List<(double, double)> Check(
        Calibrator calibrator, Profile every, int[] levels, Trial trial, IReadOnlyList<Choice> choices, PictureSet pictures, DefectDataset real)
    {
        var preprocessor = new Preprocessor(pictures.Channels, pictures.Scale);
        var test = real.Pictures.Select(picture => TrainingPicture.Read(picture.File, preprocessor)).ToList();
        var planes = calibrator.Measure(every, [.. test.Select(p => (p.Values, p.Shape))]);
        var check = new RealTrial(trial.Good, planes, [.. real.Pictures.Select((p, i) => RealTrial.MaskOf(p, planes[i].Height, planes[i].Width))]);
        return [.. choices.SelectMany(c => c.Outcomes).Select(o => check.Try(o.Candidate, Tuner.PlanesOf(o.Candidate.Profile, levels)))];
    }

    /// <summary>The shape with the median number of pixels.</summary>
    private static PictureShape TypicalShape(PictureSet pictures) => pictures.HeldOut.Select(p => p.Shape).OrderBy(s => s.Pixels).ElementAt(pictures.HeldOut.Count / 2);

    private static NetworkManifest Describe(FitOptions options) => new()
    {
        Channels = options.Network.Channels,
        SizeMultiple = options.Network.SizeMultiple,
        TMax = options.TMax,
        Eps = new FileEntry { Path = UNetExporter.EpsFile },
        Features = new FileEntry { Path = UNetExporter.FeaturesFile },
        Weights = new FileEntry { Path = UNetExporter.WeightsFileName },
    };

    private static GoldenSample CopySample(string path, string draft, int index)
    {
        Directory.CreateDirectory(Path.Combine(draft, "golden"));
        var sample = $"golden/good_{index}{Path.GetExtension(path).ToLowerInvariant()}";
        File.Copy(path, Path.Combine(draft, sample));
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
