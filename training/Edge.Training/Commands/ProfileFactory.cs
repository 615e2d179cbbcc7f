using Edge.Evaluation;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Onnx;
using Edge.Training.Tuning;

namespace Edge.Training.Commands;

/// <summary>
/// Makes a bundle's profiles from held-out pictures: reads these and copies with synthetic defects, tunes, and gives every profile constants and scores.
/// </summary>
internal sealed class ProfileFactory
{
    /// <summary>Pictures that answers are sought on which ask the network anew.</summary>
    private const int AskedOf = 60;

    /// <summary>Log-odds learnt from less than this much good material know it by heart: with a tenth of it the shipped bundle took five of eight
    /// new good pictures for spoiled, where T scales took none.</summary>
    private const long FewestPixels = 1_000_000;

    private readonly Calibrator calibrator;
    private readonly FitOptions options;
    private readonly PictureSet pictures;
    private readonly double alpha;
    private readonly Action<string> log;
    private readonly Dictionary<string, Profile> standard;
    private readonly TrialSet set;
    private readonly PlaneReader good;

    /// <summary>Paints the copies of the held-out pictures.</summary>
    /// <param name="calibrator">Runs the network.</param>
    /// <param name="options">Of its training.</param>
    /// <param name="pictures">Of its training.</param>
    /// <param name="alpha">False-reject rate that is tuned for.</param>
    /// <param name="seed">Of the synthetic defects.</param>
    /// <param name="log">Told of every step.</param>
    public ProfileFactory(Calibrator calibrator, FitOptions options, PictureSet pictures, double alpha, ulong seed, Action<string> log)
    {
        (this.calibrator, this.options, this.pictures, this.alpha, this.log) = (calibrator, options, pictures, alpha, log);
        standard = DefaultProfiles.For(options.TMax, pictures.HeldOut.Select(p => p.Shape).OrderBy(s => s.Pixels).ElementAt(pictures.HeldOut.Count / 2));
        set = TrialSet.Of(pictures.HeldOut, seed);
        good = Reader(set.Good);
        log($"Reading {set.Good.Count} held-out pictures and their copies with synthetic defects ...");
    }

    /// <summary>Tunes one profile and calibrates all of them.</summary>
    /// <param name="real">A labelled set for the report; nothing is chosen by it.</param>
    /// <param name="thorough">Whether the mode of T scales and a reconstruction are tuned as well.</param>
    /// <returns>The profiles by their names, and the tuning's report in Markdown.</returns>
    public (Dictionary<string, Profile> Profiles, string Report) Make(DefectDataset? real, bool thorough)
    {
        var (tuned, report) = Tune(real, thorough);
        return (Calibrate(tuned), report);
    }

    private (Profile Tuned, string Report) Tune(DefectDataset? real, bool thorough)
    {
        var start = standard[DefaultProfiles.Start];
        var joint = pictures.Training.Sum(p => (long)p.Shape.Pixels) >= FewestPixels ? standard[DefaultProfiles.Joint] : null;
        // What a calibration would leave out, by either reading, is left out of the trial: with 99 pictures one of them is the threshold.
        int[] outliers = [.. new[] { start, joint }.OfType<Profile>().SelectMany(p => Outliers.Of(Calibrator.Scores(p, good.Read(p)))).Distinct()];
        var spoiled = Reader(set.Spoiled);
        int[] levels = [.. standard.Values.Where(p => p.TScales is not null).SelectMany(p => p.TScales!.Timesteps).Distinct().Order()];
        var choices = new Tuner(p => new Trial(good.Read(p), spoiled.Read(p), set.Kinds).Without(outliers), alpha, log)
            .Scales(start, joint, levels, AlikePictures.LieAlike(pictures.HeldOut));
        var tuned = choices[^1].Chosen.Candidate.Profile;
        var report = TuneReport.Write(choices, alpha, set.Good.Count, real is null ? null : Check(choices, real));
        if (!thorough)
            return (tuned, report);

        var (few, tuner) = Asking(outliers);
        var scales = tuned.TScales!.Logit ? start : tuned;
        var rebuilt = tuner.Reconstruction(standard[DefaultProfiles.Reconstruct] with { Map = scales.Map with { Aggregation = MapAggregation.Mean }, TopPixels = scales.TopPixels },
            [.. options.Network.Multipliers.Select((_, level) => UNetExporter.FeatureName(level))], options.TMax);
        standard[DefaultProfiles.TunedReconstruct] = rebuilt[^1].Chosen.Candidate.Profile;
        if (!tuned.TScales!.Logit)
        {
            var mode = tuner.Mode(tuned);
            (tuned, rebuilt) = (mode[^1].Chosen.Candidate.Profile, [.. mode, .. rebuilt]);
        }
        return (tuned, report + Environment.NewLine + TuneReport.Write(rebuilt, alpha, few, null));
    }

    private Dictionary<string, Profile> Calibrate(Profile tuned)
    {
        string[] names = [.. pictures.HeldOut.Select(p => Path.GetFileName(p.Path))];
        var scored = new Dictionary<string, ProfileScores>();
        // Where tuning keeps a profile as it is, that and the tuned are one.
        var known = new Dictionary<Profile, ProfileScores>();
        foreach (var (name, settings) in standard.Prepend(new(DefaultProfiles.Tuned, tuned)))
        {
            // Profiles of the same reading take over what was chosen of map and score; their levels and weights are their own.
            var profile = name is DefaultProfiles.Tuned or DefaultProfiles.TunedReconstruct || !tuned.ReadsAs(settings) ? settings : settings with
            {
                Map = tuned.Map with { Aggregation = settings.Map.Aggregation, Weights = settings.Map.Weights }, TopPixels = tuned.TopPixels,
            };
            if (!known.TryGetValue(profile, out var calibrated))
                known[profile] = calibrated = Calibrator.CalibrateAndScore(profile, good.Read(profile), names, "training");
            scored[name] = calibrated;
            log($"Calibrated {name} on {set.Good.Count} held-out pictures."
                + string.Concat(calibrated.Profile.Calibration.SetAside.Select(a => $" {a.Picture} is unlike all others (score {a.Score:F1}) and was left out; look at it.")));
        }

        var profiles = scored.ToDictionary(p => p.Key, p => p.Value.Profile);
        var first = tuned.TScales!.Logit ? DefaultProfiles.Logit : DefaultProfiles.Cheapest;
        var second = tuned.Evaluations == 1 ? DefaultProfiles.Start : DefaultProfiles.Tuned;
        var cascade = new Profile { Cascade = new CascadeSettings { First = first, Then = second } };
        profiles[DefaultProfiles.Cascade] = Calibrator.Calibrate(cascade, scored[first], scored[second], names, "training");
        log($"Calibrated {DefaultProfiles.Cascade}: {first} alone for all but {profiles[DefaultProfiles.Cascade].Cascade!.Borderline:P0} of the held-out pictures, there {second} decides.");
        return profiles;
    }

    private PlaneReader Reader(IReadOnlyList<(float[] Values, PictureShape Shape)> shown) => new(profile => calibrator.Measure(profile, shown));

    /// <summary>A tuner whose every answer asks the network, of no more pictures than that leaves time for, evenly of all.</summary>
    private (int Pictures, Tuner Tuner) Asking(int[] outliers)
    {
        int[] left = [.. Enumerable.Range(0, set.Good.Count).Except(outliers)];
        int[] few = left.Length <= AskedOf ? left : [.. Enumerable.Range(0, AskedOf).Select(i => left[i * left.Length / AskedOf])];
        log($"Asking the network anew for every answer that follows, of {few.Length} pictures and their copies ...");
        var (whole, copies) = (Reader([.. few.Select(i => set.Good[i])]), Reader([.. few.Select(i => set.Spoiled[i])]));
        return (few.Length, new Tuner(p => new Trial(whole.Read(p), copies.Read(p), [.. few.Select(i => set.Kinds[i])]), alpha, log));
    }

    private List<(double, double)> Check(IReadOnlyList<Choice> choices, DefectDataset real)
    {
        var preprocessor = new Preprocessor(pictures.Channels, pictures.Preprocessing);
        var test = real.Pictures.Select(picture => TrainingPicture.Read(picture.File, preprocessor)).ToList();
        var check = new RealTrial(good, Reader([.. test.Select(p => (p.Values, p.Shape))]), [.. real.Pictures.Zip(test, (p, read) => RealTrial.MaskOf(p, read.Shape))]);
        return [.. choices.SelectMany(c => c.Outcomes).Select(o => check.Try(o.Candidate))];
    }
}
