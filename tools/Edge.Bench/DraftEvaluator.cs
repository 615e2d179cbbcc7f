using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench;

/// <summary>
/// Calibrates profiles that no bundle holds on good pictures and measures on a labelled set what they are worth. The pictures meet the network
/// once a level, however many profiles read it; the figures are those that <see cref="Evaluator"/> gives of a bundle with these profiles.
/// </summary>
internal sealed class DraftEvaluator : IDisposable
{
    readonly Bundle _bundle;
    readonly Calibrator _calibrator;
    readonly DefectDataset _set;
    readonly byte[]?[] _masks;
    readonly (int Width, int Height)[] _sizes;
    readonly string _source;
    readonly string[] _names;
    readonly PlaneReader _good, _test;

    /// <param name="bundle">Lends network and preprocessing.</param>
    /// <param name="normals">Good pictures that took no part in training: a folder, or a text file with a path a line.</param>
    /// <param name="set">The test pictures.</param>
    /// <param name="error">Told how far it is.</param>
    /// <exception cref="UsageException">The good pictures are too few.</exception>
    /// <exception cref="PictureException">The bundle's network was trained on one of them.</exception>
    public DraftEvaluator(Bundle bundle, string normals, DefectDataset set, TextWriter error)
    {
        var pictures = PictureFolder.List(normals);
        if (pictures.Count < Calibrator.Fewest)
            throw new UsageException($"--normals {normals}: {pictures.Count} pictures; a calibration needs at least {Calibrator.Fewest}.");
        TrainedPictures.RequireNone(bundle.Folder, pictures, $"--normals {normals}");
        // All masks before the first picture: a set that does not fit is told at once, not after an hour.
        (_bundle, _set, _masks) = (bundle, set, [.. set.Pictures.Select(picture => picture.ReadMask())]);
        _sizes = [.. set.Pictures.Select(picture => SizeOf(picture.File))];
        (_source, _names) = (Path.GetFileName(normals.TrimEnd('/')), [.. pictures.Select(path => Path.GetFileName(path)!)]);
        _calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing);
        (_good, _test) = (Reader("good pictures", pictures), Reader("test pictures", [.. set.Pictures.Select(picture => picture.File)]));

        PlaneReader Reader(string what, IReadOnlyList<string> files) => new(profile => _calibrator.Measure(profile, files, Progress.Of(error, what, files.Count)));
    }

    /// <summary>Gives a profile constants and scores of the good pictures.</summary>
    public Profile Calibrate(Profile profile) => Calibrator.Calibrate(profile, _good.Read(profile), _names, _source);

    /// <summary>The bundle's false-reject rate, or the least that all of the profiles can promise: a picture unlike all others is left out, and fewer pictures promise less.</summary>
    public double Alpha(IEnumerable<Profile> calibrated) => calibrated.Select(profile => profile.Calibration.LeastAlpha).Append(_bundle.Manifest.Alpha).Max();

    /// <summary>Measures a calibrated profile on the test pictures. Times are not taken.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="alpha">False-reject rate asked of its threshold.</param>
    public Evaluation Judge(string name, Profile profile, double alpha)
    {
        var builder = new MapBuilder(profile);
        builder.Use(profile.Constants);
        float[] scores = [.. profile.Calibration.Scores];
        var threshold = ConformalThreshold.Threshold(scores, alpha);

        var verdicts = new List<Verdict>();
        var maps = new List<ScoredPicture>();
        foreach (var (i, planes) in _test.Read(profile).Index())
        {
            var (map, score) = builder.Score(planes);
            var file = _set.Pictures[i].File;
            Evaluator.RequireFinite(score, name, file);
            verdicts.Add(new Verdict(ConformalThreshold.IsDefect(score, threshold), score, threshold, ConformalThreshold.PValue(scores, score), name, _bundle.Id, double.NaN));
            if (_masks.Any(mask => mask is not null))
                maps.Add(Evaluator.Scored(Enlarge(map, planes, _sizes[i]), _sizes[i].Width, _masks[i], file));
        }
        return Evaluation.Of(name, isDefault: false, alpha, profile.Evaluations, null, verdicts, _set.Pictures, maps);
    }

    /// <inheritdoc/>
    public void Dispose() => _calibrator.Dispose();

    static (int Width, int Height) SizeOf(string file)
    {
        using var picture = PictureFile.Read(file);
        return (picture.Width, picture.Height);
    }

    static float[] Enlarge(float[] map, Planes planes, (int Width, int Height) size)
    {
        if (size == (planes.Width, planes.Height))
            return map;
        var enlarged = new float[size.Width * size.Height];
        new Resampler(planes.Width, planes.Height, size.Width, size.Height).Apply(map, enlarged);
        return enlarged;
    }
}
