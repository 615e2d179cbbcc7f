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
    private readonly ProfileReader first;
    private readonly ProfileReader? then;
    private readonly Cascade? cascade;
    private readonly InspectionMask mask;
    private readonly LightGate gate;
    private readonly float[] scores;
    private ProfileReader decider;
    private volatile float threshold;
    private double? alpha;
    private Resampler? resampler;

    private Inspector(Bundle bundle, InspectorOptions options)
    {
        options.Validate();
        Bundle = bundle;
        ProfileName = options.Profile ?? bundle.DefaultProfile;
        var profile = bundle.Profile(options.Profile);
        (Evaluations, WorstEvaluations) = (bundle.Evaluations(ProfileName), bundle.WorstEvaluations(ProfileName));
        scores = [.. profile.Calibration.Scores];
        if (options.Threshold is { } chosen)
            Threshold = chosen;
        else
            UseAlpha(options.Alpha ?? bundle.Manifest.Alpha);
        mask = new InspectionMask(options);
        gate = new LightGate(bundle.Manifest.Light);

        networks = new NetworkSet(bundle.Folder, bundle.Manifest.Network, options.Inference);
        try
        {
            first = decider = Reader(profile.Cascade?.First ?? ProfileName);
            if (profile.Cascade is { } settings)
                (then, cascade) = (Reader(settings.Then), new Cascade(settings, bundle.Profile(settings.First), bundle.Profile(settings.Then)));
        }
        catch
        {
            networks.Dispose();
            throw;
        }

        ProfileReader Reader(string name) => new(name, bundle.Profile(name), networks, bundle.Manifest);
    }

    /// <summary>The bundle it was opened with.</summary>
    public Bundle Bundle { get; }

    /// <summary>The profile in use.</summary>
    public string ProfileName { get; }

    /// <summary>The false-reject rate the threshold stands for: the one asked for, or for a threshold set by hand the share of good pictures
    /// expected above it, 1/(n+1) to 1 (split conformal, n calibration pictures).</summary>
    public double Alpha => alpha ?? ConformalThreshold.FalseRejectRate(scores, threshold);

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

    /// <summary>Evaluations of the network for a picture that is inspected whole; of a cascade the mean to expect of good pictures.</summary>
    public double Evaluations { get; }

    /// <summary>The most evaluations that a picture takes which is inspected whole.</summary>
    public int WorstEvaluations { get; }

    /// <summary>What runs the network.</summary>
    public ExecutionProvider Provider => networks.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => networks.ProviderNote;

    /// <summary>Where the last picture was strange; overwritten by the next inspection.</summary>
    public AnomalyMap Map { get; } = new();

    /// <summary>Where the time of the last inspection went.</summary>
    public StageTimes Stages { get; private set; }

    /// <summary>[C, H, W] what the profile that decided took the last picture for, -1 to 1, in the network's size; empty where it reconstructs nothing and for
    /// pictures of several tiles.</summary>
    internal float[] Reconstruction(out PictureShape shape)
    {
        shape = decider.Measurement.Shape;
        return decider.Measurement.Reconstruction();
    }

    /// <summary>Reads a bundle and makes it ready.</summary>
    /// <param name="bundleFolder">The bundle's folder.</param>
    /// <param name="options">Profile, false-reject rate, masks, device; null takes the bundle's defaults on the best device there is.</param>
    /// <exception cref="BundleException">The bundle is damaged, or has too few calibration scores for the rate asked for.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    /// <exception cref="ArgumentException">Options contradict each other or are outside their range.</exception>
    public static Inspector Open(string bundleFolder, InspectorOptions? options = null) => Open(Bundle.Load(bundleFolder), options);

    /// <summary>Makes a bundle ready that was read before.</summary>
    /// <inheritdoc cref="Open(string, InspectorOptions?)"/>
    public static Inspector Open(Bundle bundle, InspectorOptions? options = null) => new(bundle, options ?? new InspectorOptions());

    /// <summary>Sets the threshold for a false-reject rate.</summary>
    /// <param name="rate">Share of good pictures that may be rejected, above 0 and below 1.</param>
    /// <exception cref="BundleException">The bundle has too few calibration scores for this rate.</exception>
    public void UseAlpha(double rate) => (threshold, alpha) = (ConformalThreshold.Threshold(scores, rate), rate);

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
        first.Measurement.Measure(frame);
        var measured = Stopwatch.GetTimestamp();
        var (shape, prepared) = (first.Measurement.Shape, first.Measurement.PreparedAt);
        var inspected = mask.For(frame.Width, frame.Height, shape);
        decider = first;
        var score = first.Score(inspected);
        if (cascade is not null)
            score = Ask(then!, cascade, score, inspected, ref measured);

        var threshold = this.threshold;
        Enlarge(decider.Map, shape.Width, shape.Height, Map.Resize(frame.Width, frame.Height));
        Map.Threshold = threshold;
        var unlike = gate.Check(frame);
        var p = ConformalThreshold.PValue(scores, unlike is null ? score : float.PositiveInfinity);
        var (end, network) = (Stopwatch.GetTimestamp(), networks.Ticks - networkBefore);
        Stages = new StageTimes(Milliseconds(decoded - start), Milliseconds(prepared - decoded), Milliseconds(network),
            Milliseconds(measured - prepared - network), Milliseconds(end - measured));
        return new Verdict(unlike is not null || ConformalThreshold.IsDefect(score, threshold), score, threshold, p, ProfileName, Bundle.Id, Milliseconds(end - start))
        {
            DecidedBy = decider.Name, Unlike = unlike,
        };

        static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
    }

    /// <summary>Lets the second profile of a cascade decide where the first one's score is borderline.</summary>
    /// <param name="second">The second.</param>
    /// <param name="both">What is borderline, and where the second's scores lie on the first's scale.</param>
    /// <param name="score">The first's.</param>
    /// <param name="inspected">[H, W], 0 where a pixel does not count; empty where all count.</param>
    /// <param name="measured">When measuring ended; put later by what the second takes for it, so that the rest is scoring.</param>
    /// <returns>The cascade's score.</returns>
    private float Ask(ProfileReader second, Cascade both, float score, ReadOnlySpan<byte> inspected, ref long measured)
    {
        var borderline = both.IsBorderline(score);
        // The second reads the very first picture too, so that no later one waits for its buffers or finds them missing.
        if (!borderline && second.Measurement.Shape.Pixels > 0)
            return score;
        var asked = Stopwatch.GetTimestamp();
        second.Measurement.Measure(first.Measurement.Prepared, first.Measurement.Shape);
        measured += Stopwatch.GetTimestamp() - asked;
        var raw = second.Score(inspected);
        if (!borderline)
            return score;

        decider = second;
        score = both.OnFirstScale(raw);
        // One factor for all pixels: the mean of the highest stays the score, and the threshold counts for the map as well.
        var factor = raw > 0 ? score / raw : 0;
        foreach (ref var value in second.Map)
            value *= factor;
        return score;
    }

    private void Enlarge(ReadOnlySpan<float> source, int width, int height, Span<float> target)
    {
        if (resampler is null || resampler.SourceWidth != width || resampler.SourceHeight != height || resampler.Width != Map.Width || resampler.Height != Map.Height)
            resampler = new Resampler(width, height, Map.Width, Map.Height);
        resampler.Apply(source, target);
    }
}
