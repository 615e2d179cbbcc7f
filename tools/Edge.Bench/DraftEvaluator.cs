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
    readonly IReadOnlyList<(int Width, int Height, byte[]? Mask)> _truth;
    readonly CalibrationPictures _normals;
    readonly TextWriter _error;

    /// <param name="bundle">Lends network and preprocessing.</param>
    /// <param name="normals">Good pictures that took no part in training: a folder, or a text file with one path per line.</param>
    /// <param name="set">The test pictures.</param>
    /// <param name="error">Told how far it is.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <exception cref="UsageException">The good pictures are too few.</exception>
    /// <exception cref="PictureException">The bundle's network was trained on one of them.</exception>
    public DraftEvaluator(Bundle bundle, string normals, DefectDataset set, TextWriter error, int depth = 0)
    {
        _normals = CalibrationPictures.Of(PictureFolder.List(normals), Path.GetFileName(normals.TrimEnd('/')));
        if (Math.Min(_normals.Fitting.Count, _normals.Calibration.Count) < Calibrator.Fewest)
            throw new UsageException($"--normals {normals}: {_normals.Fitting.Count + _normals.Calibration.Count} pictures; a calibration needs at least {5 * Calibrator.Fewest}.");
        TrainedPictures.RequireNone(bundle.Folder, [.. _normals.Fitting, .. _normals.Calibration], $"--normals {normals}");
        _bundle = bundle;
        _set = set;
        _truth = set.ReadTruth(depth);
        _error = error;
        _calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing) { Depth = depth };
    }

    /// <summary>Gives profiles constants, gate and scores of the good pictures, in fp32.</summary>
    public Dictionary<string, Profile> Calibrate(IReadOnlyDictionary<string, Profile> profiles)
    {
        Action<int>? progress = null;
        var keyed = profiles.ToDictionary(profile => new ProfileKey(profile.Key), profile => profile.Value);
        return _calibrator.Calibrate(keyed, _normals, progress: (done, all) => (progress ??= Progress.Of(_error, "good pictures", all))(done))
            .ToDictionary(profile => profile.Key.Name, profile => profile.Value);
    }

    /// <summary>The bundle's false-reject rate, or the least that all of the profiles can promise.</summary>
    public double Alpha(IEnumerable<Profile> calibrated) => calibrated.Select(profile => new ConformalScores(profile.Calibration).LeastAlpha).Append(_bundle.Manifest.Alpha).Max();

    /// <summary>Measures calibrated profiles on the test pictures, each when it is asked for. Times are not taken.</summary>
    /// <param name="profiles">By name.</param>
    /// <param name="alpha">False-reject rate asked of their thresholds.</param>
    public IEnumerable<Evaluation> Judge(IReadOnlyDictionary<string, Profile> profiles, double alpha)
    {
        string[] files = [.. _set.Pictures.Select(picture => picture.File)];
        var (plan, pictures) = _calibrator.Read([.. profiles.Values], files, Progress.Of(_error, "test pictures", files.Length));
        foreach (var (name, profile) in profiles)
        {
            var key = new ProfileKey(name);
            var scorer = new ProfileScorer(profile, _bundle.Manifest.Network.Channels);
            var scores = new ConformalScores(profile.Calibration);
            var threshold = scores.Threshold(alpha);
            var own = plan.PlanesOf(profile);
            var results = new List<InspectionResult>();
            var maps = new List<ScoredPicture>();
            foreach (var (i, (planes, statistics)) in pictures.Index())
            {
                scorer.Look(statistics);
                var score = scorer.Score(planes.Select(own).Values, planes.Height, planes.Width, null);
                Evaluator.RequireFinite(score, key, files[i]);
                var result = new InspectionResult { Profile = key.Name, Precision = key.Precision, Bundle = _bundle.Id }.Judge(scorer.Finding, score, threshold, scores);
                results.Add(result);
                if (_truth.All(truth => truth.Mask is null))
                    continue;
                var map = result.TakeMap();
                map.Fill(scorer.Map, planes.Width, planes.Height, _truth[i].Width, _truth[i].Height);
                maps.Add(Evaluator.Scored(map.Values.ToArray(), map.Width, _truth[i].Mask, files[i]));
            }
            yield return Evaluation.Of(key, isDefault: false, alpha, profile.Evaluations, results, _set.Pictures, maps);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _calibrator.Dispose();
}
