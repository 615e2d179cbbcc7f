using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Commands;

/// <summary>Calibrates a bundle anew. All is made and tried in a copy, so that a fault leaves the bundle as it was.</summary>
internal sealed class Recalibration(string folder, string[] asked)
{
    private readonly Bundle bundle = Bundle.Load(folder);

    public bool KeepConstants { get; init; }

    public bool Add { get; init; }

    /// <summary>Bits of 16-bit values that the sensor fills; 0 takes what each file says.</summary>
    public int Depth { get; init; }

    public InferenceOptions Inference { get; init; } = new();

    /// <summary>Does it.</summary>
    /// <param name="data">Folder of good pictures.</param>
    /// <param name="output">The new bundle; null replaces this one.</param>
    /// <param name="error">Progress and warnings.</param>
    /// <param name="stop">Leaves all as it is.</param>
    public IReadOnlyList<CalibrationRow> Run(string data, string? output, TextWriter error, CancellationToken stop)
    {
        if (Path.Exists(output))
            throw new ArgumentException($"--out: {output} is there already; name a new folder.");
        if (!Directory.Exists(data))
            throw new ArgumentException($"--data: {data}: no such folder.");
        TrainedPictures.RequireNone(bundle.Folder, PictureFolder.In(data), $"--data {data}");
        var names = CascadesLast(asked.Length > 0 ? asked : [.. bundle.ProfileNames]);
        var before = bundle.ProfileNames.ToDictionary(name => name, bundle.Profile);
        var tolerances = BundleTolerance.Read(bundle);
        if (PictureFolder.Unread(data) is { } unread)
            error.WriteLine(unread);
        var light = Calibrator.MeasureLight(PictureFolder.Filled(data), Depth);
        // Before the long part, so that whoever sees a lamp that is off can stop here.
        var camera = light.Brightness.Count == 0 ? [] : names.ToDictionary(name => name,
            name => CameraShift.Of(bundle, tolerances.Profiles.GetValueOrDefault(name), light));
        Warn(camera, error);
        var after = Calibrate(names, data, error, stop);

        var manifest = bundle.Manifest with
        {
            Alpha = PossibleAlpha(after.Values, error),
            Light = Add && bundle.Manifest.Light is { } old ? Joined(old, light) : light,
            Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss.fff", CultureInfo.InvariantCulture),
            Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        };
        var saved = BundleRevision.Save(bundle, manifest, after, output);
        return [.. names.Select(name => new CalibrationRow
        {
            Profile = name,
            PicturesBefore = before[name].Calibration.Scores.Count,
            Pictures = after[name].Calibration.Scores.Count,
            ThresholdBefore = ProfileFacts.ThresholdOf(before[name], bundle.Manifest.Alpha),
            Threshold = ProfileFacts.ThresholdOf(after[name], manifest.Alpha),
            SmallestAlpha = after[name].Calibration.LeastAlpha,
            AlphaBefore = bundle.Manifest.Alpha,
            Alpha = manifest.Alpha,
            Camera = camera[name],
            ToleranceIsOlder = tolerances.Profiles.GetValueOrDefault(name) is { } tolerance
                ? tolerance.Threshold != ProfileFacts.ThresholdOf(after[name], manifest.Alpha) : null,
            Bundle = saved.Id,
            BundleVersion = saved.Manifest.Version,
            BundleHash = saved.Hash,
            Path = saved.Folder,
        })];
    }

    private static void Warn(IReadOnlyDictionary<string, IReadOnlyList<CameraShift>> camera, TextWriter error)
    {
        foreach (var quantity in camera.SelectMany(profile => profile.Value.Where(shift => shift.Inside == false).Select(shift => (profile.Key, Shift: shift)))
            .GroupBy(outside => outside.Shift.Quantity))
        {
            var shift = quantity.First().Shift;
            error.WriteLine($"edge: warning: {shift.Quantity} has changed by {shift.ShiftText} since the bundle was calibrated, beyond the tolerance of "
                + $"{string.Join(", ", quantity.Select(outside => $"{outside.Key} ({outside.Shift.ToleranceSpan})"))}: check {shift.Remedy}.");
        }
    }

    private Dictionary<string, Profile> Calibrate(string[] names, string data, TextWriter error, CancellationToken stop)
    {
        var source = Path.GetFileName(Path.GetFullPath(data).TrimEnd('/'));
        var pictures = PictureFolder.In(data);
        var profiles = bundle.ProfileNames.ToDictionary(name => name, bundle.Profile);
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, Inference) { Depth = Depth };
        var scored = new Dictionary<string, ProfileScores>();
        foreach (var name in names)
        {
            var old = bundle.Profile(name);
            var fresh = old.Cascade is { } cascade
                ? Calibrator.Calibrate(old, Scored(cascade.First), Scored(cascade.Then), pictures, source)
                : (scored[name] = calibrator.CalibrateAndScore(old, pictures, source, KeepConstants, done => Told(name, done))).Profile;
            foreach (var aside in fresh.Calibration.SetAside)
                error.WriteLine($"edge: warning: {aside.Picture} is unlike all the others for profile {name} (score {aside.Score:G4}) and was left out: look at it. If what it shows is good, it will be rejected when it comes again.");
            profiles[name] = Add ? Joined(old, fresh, error) : fresh;
        }
        return profiles;

        ProfileScores Scored(string name)
        {
            if (!scored.TryGetValue(name, out var scores))
                scores = scored[name] = calibrator.Score(profiles[name], pictures, source, done => Told(name, done));
            return scores with { Profile = profiles[name] };
        }

        void Told(string name, int done)
        {
            stop.ThrowIfCancellationRequested();
            if (!Console.IsErrorRedirected)
                error.Write($"\r{name} {done}/{pictures.Count}{(done == pictures.Count ? "\r\e[K" : "")}");
        }
    }

    /// <summary>The profiles asked for, then the cascades among them and those that refer to one of them: their scores are made of theirs.</summary>
    private string[] CascadesLast(string[] names) =>
    [
        .. names.Where(name => bundle.Profile(name).Cascade is null),
        .. bundle.ProfileNames.Where(name => bundle.Profile(name).Cascade is { } cascade && (names.Contains(name) || names.Contains(cascade.First) || names.Contains(cascade.Then))),
    ];

    private static Profile Joined(Profile old, Profile fresh, TextWriter error)
    {
        // Under the same constants a picture has the same score to the bit, and two pictures practically never do.
        var again = fresh.Calibration.Scores.Intersect(old.Calibration.Scores).Count();
        if (again > 0)
            error.WriteLine($"edge: warning: {again} of the new scores are there already: the same pictures given twice make thresholds look surer than they are.");
        List<float> scores = [.. old.Calibration.Scores, .. fresh.Calibration.Scores];
        scores.Sort();
        var share = (double)fresh.Calibration.Scores.Count / scores.Count;
        return fresh with
        {
            Cascade = fresh.Cascade is { } cascade ? cascade with { Borderline = share * cascade.Borderline + (1 - share) * old.Cascade!.Borderline } : null,
            Calibration = new Calibration { Scores = scores, SetAside = [.. old.Calibration.SetAside, .. fresh.Calibration.SetAside], Source = $"{old.Calibration.Source}, {fresh.Calibration.Source}" },
        };
    }

    private static LightCalibration Joined(LightCalibration old, LightCalibration fresh) => new()
    {
        Brightness = [.. old.Brightness, .. fresh.Brightness],
        Sharpness = [.. old.Sharpness, .. fresh.Sharpness],
        // A number that is not known of all pictures is left out.
        Contrast = old.Contrast.Count == 0 ? [] : [.. old.Contrast, .. fresh.Contrast],
        Noise = old.Noise.Count == 0 ? [] : [.. old.Noise, .. fresh.Noise],
    };

    private double PossibleAlpha(IEnumerable<Profile> profiles, TextWriter error)
    {
        var smallest = profiles.Max(profile => profile.Calibration.LeastAlpha);
        if (bundle.Manifest.Alpha >= smallest)
            return bundle.Manifest.Alpha;
        error.WriteLine($"edge: warning: {bundle.Manifest.Alpha:P2} false rejects need {ConformalThreshold.PicturesNeeded(bundle.Manifest.Alpha)} pictures, "
            + $"there are {1 / smallest - 1:0}: the bundle's rate is now {smallest:P2}.");
        return smallest;
    }
}
