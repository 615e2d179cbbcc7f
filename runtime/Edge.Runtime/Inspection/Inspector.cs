using System.Diagnostics;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// The front door: opens a bundle and turns pictures into verdicts. A verdict depends on picture, bundle and profile only, not on what was
/// inspected before. One instance serves one thread at a time; it allocates nothing for frames of one size after the first.
/// </summary>
public sealed class Inspector : IDisposable
{
    private readonly UseGuard guard = new(nameof(Inspector));
    private readonly NetworkSet networks;
    private readonly PictureReader reader;
    private readonly ProfileScorer scorer;
    private readonly IReadOnlyList<Reading> readings;
    private readonly InspectionMask mask;
    private readonly ConformalScores scores;
    private volatile float threshold;
    private double? alpha;
    private Resampler? resampler;

    private Inspector(Bundle bundle, InspectorOptions options)
    {
        options.Validate();
        Bundle = bundle;
        ProfileKey = bundle.KeyFor(options.Profile, options.Precision);
        var profile = bundle.Profile(ProfileKey);
        (readings, Evaluations) = (profile.Readings, profile.Evaluations);
        scores = new ConformalScores(profile.Calibration);
        if (options.Threshold is { } chosen)
            Threshold = chosen;
        else
            UseAlpha(options.Alpha ?? bundle.Manifest.Alpha);
        mask = new InspectionMask(options.IgnoreMask, options.Regions);
        RequireMaskFits(bundle.Manifest);

        scorer = new ProfileScorer(profile, bundle.Manifest.Network.Channels);
        networks = new NetworkSet(bundle.Folder, bundle.Manifest.Network, options.Inference);
        try
        {
            reader = new PictureReader([.. profile.Readings.Select(reading => networks.Source(reading, profile, ProfileKey.Precision))], bundle.Manifest.Network, bundle.Manifest.Preprocessing);
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>The bundle it was opened with.</summary>
    public Bundle Bundle { get; }

    /// <summary>The profile in use, and what it runs in.</summary>
    public ProfileKey ProfileKey { get; }

    /// <summary>The false-reject rate the threshold stands for: the one asked for, or for a threshold set by hand the share of good pictures
    /// expected above it, 1/(n+1) to 1 (split conformal, n calibration pictures).</summary>
    public double Alpha => alpha ?? scores.FalseRejectRate(threshold);

    /// <summary>Scores above this are defects. It may be set while another thread inspects; a verdict uses one value throughout.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number, infinite or below 0.</exception>
    public double Threshold
    {
        get => threshold;
        set
        {
            if (!float.IsFinite((float)value) || value < 0)
                throw new ArgumentOutOfRangeException(nameof(value), value, "A threshold is a number from 0 up.");
            (threshold, alpha) = ((float)value, null);
        }
    }

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    public int Evaluations { get; }

    /// <summary>What runs the network.</summary>
    public ExecutionProvider Provider => networks.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => networks.ProviderNote;

    /// <summary>Where the last picture was strange; overwritten by the next inspection.</summary>
    public AnomalyMap Map { get; } = new();

    /// <summary>Where the time of the last inspection went.</summary>
    public StageTimes Stages { get; private set; }

    /// <summary>[C, H, W] the last reconstruction, -1 to 1, in the network's size; empty where the profile reconstructs nothing and for pictures of several tiles.</summary>
    internal float[] Reconstruction(out PictureShape shape)
    {
        shape = reader.Shape;
        return reader.Reconstruction();
    }

    /// <summary>Reads a bundle and makes it ready.</summary>
    /// <param name="bundleFolder">The bundle's folder.</param>
    /// <param name="options">Profile, precision, false-reject rate, masks, device; null takes the bundle's defaults on the best device there is.</param>
    /// <exception cref="BundleException">The bundle is damaged, has no such profile or not in this precision, or has too few calibration scores for the rate asked for.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    /// <exception cref="ArgumentException">Options contradict each other or are outside their range.</exception>
    public static Inspector Open(string bundleFolder, InspectorOptions? options = null) => Open(Bundle.Load(bundleFolder), options);

    /// <summary>Makes a bundle ready that was read before.</summary>
    /// <inheritdoc cref="Open(string, InspectorOptions?)"/>
    public static Inspector Open(Bundle bundle, InspectorOptions? options = null) => new(bundle, options ?? new InspectorOptions());

    /// <summary>Sets the threshold for a false-reject rate.</summary>
    /// <param name="rate">Share of good pictures that may be rejected, above 0 and below 1.</param>
    /// <exception cref="BundleException">The bundle cannot promise this rate; the message says what it takes.</exception>
    public void UseAlpha(double rate)
    {
        try
        {
            (threshold, alpha) = (scores.Threshold(rate), rate);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BundleException($"{Bundle.Folder}, profile {ProfileKey}: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    /// <summary>Decodes and inspects a picture.</summary>
    /// <exception cref="PictureException">The file cannot be read or does not fit the mask; the message names it.</exception>
    /// <inheritdoc cref="Inspect(in Frame)" path="/exception[not(contains(@cref, 'PictureException'))]"/>
    public Verdict Inspect(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var picture = PictureFile.Read(path);
        try
        {
            return Inspect(picture.AsFrame(), start);
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

    /// <summary>Inspects a frame that is in memory.</summary>
    /// <exception cref="PictureException">The frame is too small or does not fit the mask.</exception>
    /// <exception cref="InspectionException">The network's answer is not finite; the part counts as defective.</exception>
    /// <exception cref="DeviceException">The device failed, for example for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inspecting with this inspector; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The inspector was disposed of.</exception>
    public Verdict Inspect(in Frame frame) => Inspect(frame, Stopwatch.GetTimestamp());

    /// <summary>Closes the networks, after the inspection that another thread may have in hand.</summary>
    public void Dispose()
    {
        if (guard.Close())
            networks.Dispose();
    }

    private Verdict Inspect(in Frame frame, long start)
    {
        guard.Enter();
        try
        {
            return Judge(frame, start);
        }
        finally
        {
            guard.Leave();
        }
    }

    private Verdict Judge(in Frame frame, long start)
    {
        var (decoded, networkBefore) = (Stopwatch.GetTimestamp(), networks.Ticks);
        scorer.Look(frame, Bundle.Manifest.Network.Channels, mask.ForPicture(frame.Width, frame.Height));
        reader.Read(frame);
        var measured = Stopwatch.GetTimestamp();
        var (shape, prepared) = (reader.Shape, reader.PreparedAt);
        var score = scorer.Score(reader.Values, shape.Height, shape.Width, mask.ForMap(frame.Width, frame.Height, shape));

        var threshold = this.threshold;
        Enlarge(scorer.Map, shape.Width, shape.Height, Map.Resize(frame.Width, frame.Height));
        Map.Threshold = threshold;
        var (end, network) = (Stopwatch.GetTimestamp(), networks.Ticks - networkBefore);
        Stages = new StageTimes(Milliseconds(decoded - start), Milliseconds(prepared - decoded), Milliseconds(network),
            Milliseconds(measured - prepared - network), Milliseconds(end - measured));
        return Verdict.Of(scorer.Finding, score, threshold, scores, ProfileKey, Bundle.Id, Milliseconds(end - start)) with { DecidedBy = readings[scorer.Decider].Name };

        static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
    }

    /// <summary>A mask of the wrong size is refused here and not at the first part, where the bundle knows its pictures' size.</summary>
    private void RequireMaskFits(BundleManifest manifest)
    {
        if (manifest is { PictureWidth: > 0, PictureHeight: > 0 })
            mask.ForPicture(manifest.PictureWidth, manifest.PictureHeight);
    }

    private void Enlarge(ReadOnlySpan<float> source, int width, int height, Span<float> target)
    {
        if (resampler is null || resampler.SourceWidth != width || resampler.SourceHeight != height || resampler.Width != Map.Width || resampler.Height != Map.Height)
            resampler = new Resampler(width, height, Map.Width, Map.Height);
        resampler.Apply(source, target);
    }
}
