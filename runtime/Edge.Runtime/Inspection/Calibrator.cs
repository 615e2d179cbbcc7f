using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// Gives profiles their constants and calibration scores from normals that took no part in training. A picture is scored under constants
/// from the other folds only, as a new picture is scored under constants it had no part in; the constants kept are those of all pictures.
/// </summary>
public sealed class Calibrator : IDisposable
{
    /// <summary>Fewest pictures a calibration is made of.</summary>
    public const int Fewest = 5;

    private const int Folds = 5;
    private readonly NetworkManifest network;
    private readonly Preprocessing preprocessing;
    private readonly NetworkSet networks;
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
        networks = new NetworkSet(folder, network, inference);
    }

    /// <summary>Bits of 16-bit values that the sensor fills, 8 to 16; 0 takes what each file says, or 16.</summary>
    public int Depth { get; init; }

    /// <summary>Calibrates a profile.</summary>
    /// <param name="profile">Its settings; constants and calibration are replaced.</param>
    /// <param name="pictures">Files of normal pictures, one part each.</param>
    /// <param name="source">Where they come from, for the record.</param>
    /// <param name="keepConstants">Leave the constants as they are and replace the scores only.</param>
    /// <param name="progress">Told after each picture how many are done.</param>
    /// <exception cref="PictureException">Too few pictures, or one that cannot be inspected.</exception>
    /// <exception cref="InspectionException">The network's answer for a picture is not finite.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this calibrator.</exception>
    /// <exception cref="ObjectDisposedException">The calibrator was disposed of.</exception>
    public Profile Calibrate(Profile profile, IReadOnlyList<string> pictures, string source, bool keepConstants = false, Action<int>? progress = null) =>
        CalibrateAndScore(profile, pictures, source, keepConstants, progress).Profile;

    /// <summary>Calibrates a profile that cascades refer to.</summary>
    /// <inheritdoc cref="Calibrate(Profile, IReadOnlyList{string}, string, bool, Action{int}?)"/>
    public ProfileScores CalibrateAndScore(Profile profile, IReadOnlyList<string> pictures, string source, bool keepConstants = false, Action<int>? progress = null)
    {
        RequireEnough(pictures, source);
        return CalibrateAndScore(profile, Measure(profile, pictures, progress), NamesOf(pictures), source, keepConstants);
    }

    /// <summary>Scores pictures with a profile as it is, for the cascades that refer to it.</summary>
    /// <inheritdoc cref="Calibrate(Profile, IReadOnlyList{string}, string, bool, Action{int}?)"/>
    public ProfileScores Score(Profile profile, IReadOnlyList<string> pictures, string source, Action<int>? progress = null)
    {
        RequireEnough(pictures, source);
        return new ProfileScores(profile, Scores(profile, Measure(profile, pictures, progress), keepConstants: true), []);
    }

    /// <summary>
    /// Calibrates a cascade. A picture is scored by the cascade as it would be without that picture's own scores, as a new one has none in it.
    /// Pictures that either profile left out are left out.
    /// </summary>
    /// <param name="profile">Its settings; calibration and share of borderline pictures are replaced.</param>
    /// <param name="first">What its first profile says of the pictures.</param>
    /// <param name="then">What its second says of them.</param>
    /// <param name="pictures">Their files or names, for the record.</param>
    /// <param name="source">Where they come from, for the record.</param>
    /// <exception cref="ArgumentException">The profile is no cascade.</exception>
    public static Profile Calibrate(Profile profile, ProfileScores first, ProfileScores then, IReadOnlyList<string> pictures, string source)
    {
        var settings = profile.Cascade ?? throw new ArgumentException("The profile is no cascade.", nameof(profile));
        var cascade = new Cascade(settings, first.Profile, then.Profile);
        var (scores, borderline) = (new List<float>(), 0);
        int[] outliers = [.. first.Outliers.Union(then.Outliers)];
        foreach (var i in Enumerable.Range(0, pictures.Count).Except(outliers))
        {
            var others = cascade.Without(first.Scores[i], then.Scores[i]);
            var asks = others.IsBorderline(first.Scores[i]);
            borderline += asks ? 1 : 0;
            scores.Add(asks ? others.OnFirstScale(then.Scores[i]) : first.Scores[i]);
        }
        scores.Sort();
        var names = NamesOf(pictures);
        return profile with
        {
            Cascade = settings with { Borderline = (double)borderline / scores.Count },
            Calibration = new Calibration
            {
                Scores = scores, Source = source,
                SetAside = [.. outliers.Select(i => new SetAside { Picture = names[i], Score = (first.Outliers.Contains(i) ? first : then).Scores[i] })],
            },
        };
    }

    /// <summary>Calibrates a profile on pictures that are measured already; those unlike all the others are left out and named.</summary>
    internal static Profile Calibrate(Profile profile, IReadOnlyList<Planes> planes, IReadOnlyList<string> names, string source, bool keepConstants = false) =>
        CalibrateAndScore(profile, planes, names, source, keepConstants).Profile;

    /// <inheritdoc cref="Calibrate(Profile, IReadOnlyList{Planes}, IReadOnlyList{string}, string, bool)"/>
    internal static ProfileScores CalibrateAndScore(Profile profile, IReadOnlyList<Planes> planes, IReadOnlyList<string> names, string source, bool keepConstants = false)
    {
        var scores = Scores(profile, planes, keepConstants);
        var outliers = Outliers.Of(scores);
        int[] kept = [.. Enumerable.Range(0, scores.Length).Except(outliers)];
        if (outliers.Count > 0)
        {
            planes = [.. kept.Select(i => planes[i])];
            foreach (var (i, score) in kept.Zip(Scores(profile, planes, keepConstants)))
                scores[i] = score;
        }
        var calibrated = profile with
        {
            Constants = keepConstants ? profile.Constants : new MapBuilder(profile).Fit(planes),
            Calibration = new Calibration
            {
                Scores = [.. kept.Select(i => scores[i]).Order()], Source = source,
                SetAside = [.. outliers.Select(i => new SetAside { Picture = names[i], Score = scores[i] })],
            },
        };
        return new ProfileScores(calibrated, scores, outliers);
    }

    /// <summary>The score of every picture, under constants of the other folds.</summary>
    internal static float[] Scores(Profile profile, IReadOnlyList<Planes> planes, bool keepConstants = false)
    {
        var builder = new MapBuilder(profile);
        var scores = new float[planes.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            builder.Use(keepConstants ? profile.Constants : builder.Fit([.. planes.Where((_, i) => i % Folds != fold)]));
            for (var i = fold; i < scores.Length; i += Folds)
                scores[i] = builder.Score(planes[i]).Score;
        }
        return scores;
    }

    /// <summary>Measures pictures that are prepared already, for a profile's settings of the network alone.</summary>
    /// <param name="profile">Its levels or its reconstruction.</param>
    /// <param name="pictures">[C, H, W] in [-1, 1], with their shapes.</param>
    /// <param name="progress">Told after each picture how many are done.</param>
    internal Planes[] Measure(Profile profile, IReadOnlyList<(float[] Values, PictureShape Shape)> pictures, Action<int>? progress = null) =>
        Measure(profile, pictures.Count, (measurement, i) => measurement.Measure(pictures[i].Values, pictures[i].Shape), progress);

    /// <summary>Measures picture files, for a profile's settings of the network alone.</summary>
    /// <param name="profile">Its levels or its reconstruction.</param>
    /// <param name="pictures">The files.</param>
    /// <param name="progress">Told after each picture how many are done.</param>
    internal Planes[] Measure(Profile profile, IReadOnlyList<string> pictures, Action<int>? progress = null) => Measure(profile, pictures.Count, (measurement, i) =>
    {
        using var picture = PictureFile.Read(pictures[i], Depth);
        try
        {
            measurement.Measure(picture.AsFrame());
        }
        catch (PictureException e)
        {
            throw new PictureException($"{pictures[i]}: {e.Message}", e);
        }
        catch (InspectionException e)
        {
            throw new InspectionException($"{pictures[i]}: {e.Message}", e);
        }
    }, progress);

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

    private static string[] NamesOf(IReadOnlyList<string> pictures) => [.. pictures.Select(path => Path.GetFileName(path)!)];

    private static void RequireEnough(IReadOnlyList<string> pictures, string source)
    {
        if (pictures.Count < Fewest)
            throw new PictureException($"{source}: {pictures.Count} pictures; a calibration needs at least {Fewest}, and 99 for a threshold at 1 % false rejects.");
    }

    private Planes[] Measure(Profile profile, int count, Action<Measurement, int> measure, Action<int>? progress)
    {
        guard.Enter();
        try
        {
            var measurement = new Measurement(networks.Method(profile), network, preprocessing);
            var planes = new Planes[count];
            for (var i = 0; i < count; i++)
            {
                measure(measurement, i);
                planes[i] = new Planes(measurement.Shape.Height, measurement.Shape.Width, measurement.Planes.ToArray());
                progress?.Invoke(i + 1);
            }
            return planes;
        }
        finally
        {
            guard.Leave();
        }
    }
}
