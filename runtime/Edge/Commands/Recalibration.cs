using Edge.Runtime;
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

    /// <summary>The only precision that is calibrated; null calibrates all.</summary>
    public Precision? Precision { get; init; }

    public bool KeepConstants { get; init; }

    public bool Add { get; init; }

    /// <summary>Bits of 16-bit values that the sensor fills; 0 takes what each file says.</summary>
    public int Depth { get; init; }

    /// <summary>Picture whose pixels that are not black do not count; null where all count.</summary>
    public string? IgnoreMask { get; init; }

    /// <summary>Rectangles that alone count.</summary>
    public IReadOnlyList<System.Drawing.Rectangle> Regions { get; init; } = [];

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
        var keys = Asked();
        var before = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        var tolerances = BundleTolerance.Read(bundle);
        if (PictureFolder.Unread(data) is { } unread)
            error.WriteLine(unread);
        var pictures = CalibrationPictures.Of(PictureFolder.In(data), Path.GetFileName(Path.GetFullPath(data).TrimEnd('/')))
            with { IgnoreMask = IgnoreMask, Regions = Regions };
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, Inference) { Depth = Depth };
        calibrator.RequireUsable(PictureFolder.Filled(data), stop);
        var light = Calibrator.MeasureLight(PictureFolder.Filled(data), Depth);
        // Before the long part, so that whoever sees a lamp that is off can stop here.
        var camera = light.Brightness.Count == 0 ? [] : keys.ToDictionary(key => key,
            key => CameraShift.Of(bundle, tolerances.Profiles.GetValueOrDefault(key), light));
        Warn(camera, error);
        var after = Calibrate(calibrator, keys, pictures, error, stop);

        var manifest = bundle.Manifest with
        {
            Alpha = PossibleAlpha(after.Values, error),
            Light = Add && bundle.Manifest.Light is { } old ? Joined(old, light) : light,
        };
        var saved = BundleRevision.Save(bundle, manifest.Renewed(), after, output);
        return [.. keys.Select(key => new CalibrationRow
        {
            Profile = key.Name,
            Precision = key.Precision,
            PicturesBefore = before[key].Calibration.Scores.Count,
            Pictures = after[key].Calibration.Scores.Count,
            ThresholdBefore = ProfileFacts.ThresholdOf(before[key], bundle.Manifest.Alpha),
            Threshold = ProfileFacts.ThresholdOf(after[key], manifest.Alpha),
            SmallestAlpha = new ConformalScores(after[key].Calibration).LeastAlpha,
            AlphaBefore = bundle.Manifest.Alpha,
            Alpha = manifest.Alpha,
            Camera = camera[key],
            ToleranceIsOlder = tolerances.Profiles.GetValueOrDefault(key) is { } tolerance
                ? tolerance.Threshold != ProfileFacts.ThresholdOf(after[key], manifest.Alpha) : null,
            Bundle = saved.Id,
            BundleVersion = saved.Manifest.Version,
            BundleHash = saved.Hash,
            Path = saved.Folder,
        })];
    }

    /// <summary>A profile or precision that was asked for and is not there is refused by the bundle.</summary>
    private List<ProfileKey> Asked()
    {
        var wanted = (asked.Length, Precision) switch
        {
            (0, null) => bundle.Profiles,
            (0, { } one) => bundle.Profiles.Where(key => key.Precision == one).DefaultIfEmpty(bundle.KeyFor(null, one)),
            (_, null) => asked.SelectMany(name => bundle.Profiles.Where(key => key.Name == name).DefaultIfEmpty(new ProfileKey(name))),
            (_, { } one) => asked.Select(name => new ProfileKey(name, one)),
        };
        List<ProfileKey> keys = [.. wanted.Distinct()];
        keys.ForEach(key => bundle.Profile(key));
        return keys;
    }

    private static void Warn(IReadOnlyDictionary<ProfileKey, IReadOnlyList<CameraShift>> camera, TextWriter error)
    {
        foreach (var quantity in camera.SelectMany(profile => profile.Value.Where(shift => shift.Inside == false).Select(shift => (profile.Key, Shift: shift)))
            .GroupBy(outside => outside.Shift.Quantity))
        {
            var shift = quantity.First().Shift;
            error.WriteLine($"edge: warning: {shift.Quantity} has changed by {shift.ShiftText} since the bundle was calibrated, beyond the tolerance of "
                + $"{string.Join(", ", quantity.Select(outside => $"{outside.Key} ({outside.Shift.ToleranceSpan})"))}: check {shift.Remedy}.");
        }
    }

    private Dictionary<ProfileKey, Profile> Calibrate(
        Calibrator calibrator, IReadOnlyList<ProfileKey> keys, CalibrationPictures pictures, TextWriter error, CancellationToken stop)
    {
        var fresh = calibrator.Calibrate(keys.ToDictionary(key => key, bundle.Profile), pictures, KeepConstants, Told, stop);
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        foreach (var (key, profile) in fresh)
        {
            WarnOfUnlike(key, profile, error);
            profiles[key] = Add ? Joined(bundle.Profile(key), profile, error) : profile;
        }
        return profiles;

        void Told(int done, int all)
        {
            if (!Console.IsErrorRedirected)
                error.Write($"\r{done}/{all}{(done == all ? "\r\e[K" : "")}");
        }
    }

    private static void WarnOfUnlike(ProfileKey key, Profile profile, TextWriter error)
    {
        foreach (var (i, score) in profile.Calibration.Scores.Index())
            if (float.IsPositiveInfinity(score))
                error.WriteLine($"edge: warning: {profile.Calibration.Pictures[i]} is unlike the other pictures for profile {key} and will be NG: look at it. Leave it out if what it shows is not good.");
    }

    private static Profile Joined(Profile old, Profile fresh, TextWriter error)
    {
        // Under the same constants a picture has the same score to the bit, and two pictures practically never do.
        var again = fresh.Calibration.Scores.Intersect(old.Calibration.Scores).Count();
        if (again > 0)
            error.WriteLine($"edge: warning: {again} of the new scores are there already: the same pictures given twice make thresholds look surer than they are.");
        if (old.Calibration.Mask != fresh.Calibration.Mask)
            throw new ArgumentException("--add: the bundle was calibrated with another mask or other regions; calibrate anew without --add.");
        var of = new (float Score, int Group, string Picture)[old.Calibration.Scores.Count + fresh.Calibration.Scores.Count];
        var groups = old.Calibration.Groups.DefaultIfEmpty(0).Max() + 1;
        for (var i = 0; i < of.Length; i++)
        {
            var (calibration, k) = i < old.Calibration.Scores.Count ? (old.Calibration, i) : (fresh.Calibration, i - old.Calibration.Scores.Count);
            // Each new picture is a draw of its own.
            var group = calibration.Groups.Count > 0 && ReferenceEquals(calibration, old.Calibration) ? calibration.Groups[k] : groups + i;
            of[i] = (calibration.Scores[k], group, calibration.Pictures.Count > 0 ? calibration.Pictures[k] : "");
        }
        Array.Sort(of, (a, b) => a.Score.CompareTo(b.Score));
        return fresh with
        {
            Calibration = fresh.Calibration with
            {
                Scores = [.. of.Select(p => p.Score)], Groups = old.Calibration.Groups.Count == 0 ? [] : [.. of.Select(p => p.Group)], Pictures = [.. of.Select(p => p.Picture)],
                Source = $"{old.Calibration.Source}, {fresh.Calibration.Source}",
            },
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
        var smallest = profiles.Max(profile => new ConformalScores(profile.Calibration).LeastAlpha);
        if (bundle.Manifest.Alpha >= smallest)
            return bundle.Manifest.Alpha;
        error.WriteLine($"edge: warning: {bundle.Manifest.Alpha:P2} false rejects need {ConformalScores.PicturesNeeded(bundle.Manifest.Alpha)} pictures, "
            + $"there are {1 / smallest - 1:0}: the bundle's rate is now {smallest:P2}.");
        return smallest;
    }
}
