using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// Gives profiles their constants, their gate and their calibration scores, from good pictures that took no part in training. Constants and gate come from some of
/// them and scores from the others, so that scores are exchangeable with those of new pictures (split conformal prediction). Nothing is left out by its score.
/// Planes are kept of the fitting pictures only; calibration pictures are read one after the other.
/// </summary>
internal sealed class Calibrator : IDisposable
{
    /// <summary>Fewest pictures that constants are fitted on, and fewest that scores are taken from.</summary>
    public const int Fewest = 4;

    /// <summary>Values that the fitting pictures' planes may have together (2 GiB); beyond it fewer of the pictures are used.</summary>
    private const long MostValues = 1L << 29;

    private readonly NetworkManifest network;
    private readonly Preprocessing preprocessing;
    private readonly NetworkUse networks;
    private readonly UseGuard guard = new(nameof(Calibrator));

    /// <param name="folder">Where the network's files are.</param>
    /// <param name="network">The network.</param>
    /// <param name="preprocessing">How pictures are prepared for it.</param>
    /// <param name="inference">Where and how it runs.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public Calibrator(string folder, NetworkManifest network, Preprocessing preprocessing, InferenceOptions? inference = null)
    {
        (this.network, this.preprocessing) = (network, preprocessing);
        inference ??= new InferenceOptions();
        inference.Validate();
        using var opened = new NetworkSet(folder, network, inference);
        networks = opened.Use();
    }

    /// <summary>Bits of 16-bit values that the sensor fills, 8 to 16; 0 takes what each file says, or 16.</summary>
    public int Depth { get; init; }

    /// <summary>Calibrates profiles.</summary>
    /// <param name="profiles">By name and precision; constants, gate and calibration are replaced.</param>
    /// <param name="pictures">Good pictures.</param>
    /// <param name="keepConstants">Leave constants and gate as they are and replace the scores only; then no fitting pictures are needed, and those there are give scores too.</param>
    /// <param name="progress">Told after each evaluation of a picture how many are done, and of how many.</param>
    /// <param name="stop">Ends it between two pictures.</param>
    /// <returns>The profiles, in the same order.</returns>
    /// <exception cref="PictureException">Too few pictures, or some that cannot be inspected; the message names them all.</exception>
    /// <exception cref="InspectionException">The network's answer for a picture is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this calibrator.</exception>
    /// <exception cref="ObjectDisposedException">The calibrator was disposed of.</exception>
    public Dictionary<ProfileKey, Profile> Calibrate(IReadOnlyDictionary<ProfileKey, Profile> profiles, CalibrationPictures pictures, bool keepConstants = false,
        Action<int, int>? progress = null, CancellationToken stop = default)
    {
        if (keepConstants)
            pictures = pictures with { Calibration = [.. pictures.Fitting, .. pictures.Calibration], Fitting = [], Groups = [] };
        RequireEnough(pictures, keepConstants);
        guard.Enter();
        try
        {
            // Before the first evaluation: a bad file is named at once, and with all others.
            RequireUsable([.. pictures.Fitting, .. pictures.Calibration], stop);
            return CalibrateAlone(profiles, pictures, keepConstants, progress, stop);
        }
        finally
        {
            guard.Leave();
        }
    }

    private Dictionary<ProfileKey, Profile> CalibrateAlone(IReadOnlyDictionary<ProfileKey, Profile> profiles, CalibrationPictures pictures, bool keepConstants,
        Action<int, int>? progress, CancellationToken stop)
    {
        var mask = new InspectionMask(pictures.IgnoreMask, pictures.Regions);
        var precisions = profiles.GroupBy(p => p.Key.Precision).ToList();
        var (done, all) = (0, precisions.Count * (pictures.Fitting.Count + pictures.Calibration.Count));
        var calibrated = new Dictionary<ProfileKey, Profile>();
        foreach (var group in precisions)
        {
            var draft = group.ToDictionary(p => p.Key, p => (Profile: p.Value, Fitted: new List<float[]>()));
            if (!keepConstants)
                draft = Fit(group.ToDictionary(), group.Key, pictures, mask, Tick);
            var plan = new PlanePlan([.. draft.Values.Select(p => p.Profile)], group.Key, networks);
            var reader = new PictureReader(plan.Sources, network, preprocessing);
            var scorers = draft.ToDictionary(p => p.Key, p => (Scorer: new ProfileScorer(p.Value.Profile, network.Channels), Planes: plan.PlanesOf(p.Value.Profile), Scores: new List<(float[] Raw, bool IsOdd)>()));
            foreach (var path in pictures.Calibration)
            {
                Read(reader, path, mask, counted =>
                {
                    var planes = reader.Copy();
                    foreach (var (scorer, own, scores) in scorers.Values)
                        scores.Add(Score(scorer, planes.Select(own), counted));
                }, (in Frame frame, byte[]? counted) =>
                {
                    foreach (var (scorer, _, _) in scorers.Values)
                        scorer.Look(frame, network.Channels, counted);
                });
                Tick();
            }
            foreach (var (key, (_, _, scores)) in scorers)
                calibrated[key] = Finish(draft[key].Profile, keepConstants ? null : draft[key].Fitted, scores, pictures, mask);
        }
        return profiles.Keys.ToDictionary(key => key, key => calibrated[key]);

        void Tick()
        {
            stop.ThrowIfCancellationRequested();
            progress?.Invoke(++done, all);
        }
    }

    /// <summary>Refuses pictures that cannot be read or are too small to be inspected.</summary>
    /// <param name="pictures">Files.</param>
    /// <param name="stop">Ends it between two pictures.</param>
    /// <exception cref="PictureException">There are such; the message names them all.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal void RequireUsable(IReadOnlyList<string> pictures, CancellationToken stop = default)
    {
        var preprocessor = new Preprocessor(network.Channels, preprocessing);
        PictureFile.Each(pictures, path =>
        {
            stop.ThrowIfCancellationRequested();
            using var picture = PictureFile.Read(path, Depth);
            preprocessor.RequireSize(picture.Width, picture.Height, path);
        });
    }

    /// <summary>Calibrates one profile in fp32.</summary>
    /// <inheritdoc cref="Calibrate(IReadOnlyDictionary{ProfileKey, Profile}, CalibrationPictures, bool, Action{int, int}?, CancellationToken)"/>
    public Profile Calibrate(Profile profile, CalibrationPictures pictures, bool keepConstants = false, Action<int, int>? progress = null, CancellationToken stop = default) =>
        Calibrate(new Dictionary<ProfileKey, Profile> { [new("")] = profile }, pictures, keepConstants, progress, stop)[new ProfileKey("")];

    /// <summary>Measures how bright, sharp, rich in contrast and noisy pictures are, so that a change of the light can be told from a change of the product.</summary>
    /// <param name="pictures">The files a calibration is made of.</param>
    /// <param name="depth">As <see cref="Depth"/>.</param>
    /// <exception cref="PictureException">Some cannot be read; the message names them all.</exception>
    public static LightCalibration MeasureLight(IReadOnlyList<string> pictures, int depth = 0)
    {
        var light = new LightCalibration();
        PictureFile.ReadEach(pictures, picture =>
        {
            var measured = PictureLight.Of(picture.AsFrame());
            light.Brightness.Add((float)measured.Brightness);
            light.Sharpness.Add((float)measured.Sharpness);
            light.Contrast.Add((float)measured.Contrast);
            light.Noise.Add((float)measured.Noise);
        }, depth);
        return light;
    }

    /// <summary>Closes the networks, after the pictures that another thread may have in hand.</summary>
    /// <exception cref="InvalidOperationException">It is called from the progress of this calibrator's own call.</exception>
    public void Dispose()
    {
        if (guard.Close())
            networks.Dispose();
    }

    /// <summary>The planes of pictures that are prepared already, for all readings of some profiles in fp32.</summary>
    /// <param name="profiles">The profiles.</param>
    /// <param name="pictures">[C, H, W] in [-1, 1], with their shapes.</param>
    /// <param name="progress">Told after each picture.</param>
    internal (PlanePlan Plan, List<PicturePlanes> Pictures) Read(IReadOnlyList<Profile> profiles, IReadOnlyList<(float[] Values, PictureShape Shape)> pictures, Action? progress = null)
    {
        var plan = new PlanePlan(profiles, Precision.Fp32, networks);
        var reader = new PictureReader(plan.Sources, network, preprocessing);
        var planes = new List<PicturePlanes>();
        foreach (var (values, shape) in pictures)
        {
            reader.Read(values, shape);
            planes.Add(reader.Copy());
            progress?.Invoke();
        }
        return (plan, planes);
    }

    /// <summary>The planes and statistics of picture files, for all readings of some profiles in fp32.</summary>
    /// <param name="profiles">The profiles.</param>
    /// <param name="files">Pictures.</param>
    /// <param name="progress">Told after each picture how many are done.</param>
    internal (PlanePlan Plan, List<(PicturePlanes Planes, float[] Statistics)> Pictures) Read(IReadOnlyList<Profile> profiles, IReadOnlyList<string> files, Action<int>? progress)
    {
        var plan = new PlanePlan(profiles, Precision.Fp32, networks);
        var reader = new PictureReader(plan.Sources, network, preprocessing);
        var all = new InspectionMask(null, []);
        var pictures = new List<(PicturePlanes, float[])>();
        foreach (var file in files)
        {
            float[] statistics = [];
            Read(reader, file, all, _ => pictures.Add((reader.Copy(), statistics)), (in Frame frame, byte[]? counted) => statistics = Statistics(frame, counted));
            progress?.Invoke(pictures.Count);
        }
        return (plan, pictures);
    }

    private static (float[] Raw, bool IsOdd) Score(ProfileScorer scorer, PicturePlanes planes, byte[]? counted)
    {
        scorer.Score(planes.Values, planes.Height, planes.Width, counted);
        return (scorer.Raw.ToArray(), scorer.Finding is not null || scorer.IsScoreAbove);
    }

    /// <summary>Tails and scores. A fifth of the pictures says too little of how rare a score is, so the calibration pictures shape the tails too.</summary>
    private static Profile Finish(Profile profile, List<float[]>? fitted, List<(float[] Raw, bool IsOdd)> pictures, CalibrationPictures of, InspectionMask mask)
    {
        List<float[]> raw = [.. pictures.Select(picture => picture.Raw)];
        ScoreTail[] kept = [.. profile.Readings.Select(reading => reading.Constants.Tail)];
        var scores = fitted is null ? raw.Select(r => ScoreTails.Of(kept, r)) : ScoreTails.Apart(fitted, raw, of.Groups);
        return (fitted is null ? profile : ProfileScorer.WithTails(profile, [.. fitted, .. raw])) with
        {
            Calibration = Record([.. scores.Select((score, i) => pictures[i].IsOdd ? float.PositiveInfinity : score)], of, mask),
        };
    }

    private static Calibration Record(List<float> scores, CalibrationPictures pictures, InspectionMask mask)
    {
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        return new Calibration
        {
            Scores = [.. order.Select(i => scores[i])],
            Groups = pictures.Groups.Count == 0 ? [] : [.. order.Select(i => pictures.Groups[i])],
            Pictures = [.. order.Select(i => Path.GetFileName(pictures.Calibration[i]))],
            Source = pictures.Source, Mask = mask.Hash,
        };
    }

    private static void RequireEnough(CalibrationPictures pictures, bool keepConstants)
    {
        if (pictures.Calibration.Count < Fewest || (!keepConstants && pictures.Fitting.Count < Fewest))
            throw new PictureException($"{pictures.Source}: {pictures.Fitting.Count} pictures to fit on and {pictures.Calibration.Count} to calibrate with; at least {Fewest} of each are needed, "
                + "20 pictures of one folder, and 99 to calibrate with for a threshold at 1 % false rejects.");
        if (pictures.Groups.Count != 0 && pictures.Groups.Count != pictures.Calibration.Count)
            throw new ArgumentException($"There are {pictures.Groups.Count} groups for {pictures.Calibration.Count} calibration pictures.", nameof(pictures));
    }

    private Dictionary<ProfileKey, (Profile Profile, List<float[]> Scores)> Fit(Dictionary<ProfileKey, Profile> profiles, Precision precision, CalibrationPictures pictures,
        InspectionMask mask, Action tick)
    {
        var plan = new PlanePlan([.. profiles.Values], precision, networks);
        var reader = new PictureReader(plan.Sources, network, preprocessing);
        var seen = new List<float[]>();
        foreach (var path in pictures.Seen)
        {
            using var picture = PictureFile.Read(path, Depth);
            seen.Add(Statistics(picture.AsFrame(), mask.ForPicture(picture.Width, picture.Height)));
        }

        var fitting = new List<(PicturePlanes Planes, float[] Statistics)>();
        byte[]? mapMask = null;
        foreach (var path in pictures.Fitting)
        {
            float[] statistics = [];
            // Planes of large pictures are many values, and a few pictures of many pixels say as much as many small ones. The others serve the gate.
            if (fitting.Count >= Fewest && fitting.Sum(p => (long)p.Planes.Values.Length) > MostValues)
            {
                using var picture = PictureFile.Read(path, Depth);
                seen.Add(Statistics(picture.AsFrame(), mask.ForPicture(picture.Width, picture.Height)));
            }
            else
            {
                Read(reader, path, mask, counted =>
                {
                    mapMask = counted;
                    fitting.Add((reader.Copy(), statistics));
                }, (in Frame frame, byte[]? counted) => statistics = Statistics(frame, counted));
            }
            tick();
        }
        return profiles.ToDictionary(p => p.Key, p => ProfileScorer.Fit(p.Value, network.Channels,
            [.. fitting.Select(f => (f.Planes.Select(plan.PlanesOf(p.Value)), f.Statistics))], seen, mapMask));
    }

    private float[] Statistics(in Frame frame, byte[]? counted)
    {
        var statistics = new float[network.Channels * PictureStatistics.PerChannel];
        PictureStatistics.Measure(frame, network.Channels, counted, statistics);
        return statistics;
    }

    private delegate void Look(in Frame frame, byte[]? counted);

    private void Read(PictureReader reader, string path, InspectionMask mask, Action<byte[]?> then, Look look)
    {
        using var picture = PictureFile.Read(path, Depth);
        try
        {
            var frame = picture.AsFrame();
            look(frame, mask.ForPicture(frame.Width, frame.Height));
            reader.Read(frame);
            then(mask.ForMap(frame.Width, frame.Height, reader.Shape));
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
        catch (InspectionException e)
        {
            throw new InspectionException($"{path}: {e.Message}", e);
        }
    }
}
