using System.Diagnostics;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Runtime;

/// <summary>
/// Turns pictures into results, for one thread at a time. A result depends on picture, bundle and profile only, not on what was inspected before, nor on what
/// other inspectors of the model do. It allocates nothing for frames of one size after the first, where results are given back to be filled again.
/// </summary>
public sealed class Inspector : IDisposable
{
    private readonly UseGuard guard = new(nameof(Inspector));
    private readonly NetworkUse networks;
    private readonly PictureReader reader;
    private readonly ProfileScorer scorer;
    private readonly InspectionMask mask;
    private readonly ConformalScores scores;
    private readonly int channels;
    // Threshold and rate change together, and another thread may read them meanwhile.
    private volatile Limit limit = new(0, null);

    /// <param name="model">The model.</param>
    /// <param name="networks">This inspector's own; disposed of with it, and where this throws.</param>
    /// <param name="options">What counts as a defect, and where.</param>
    internal Inspector(Model model, NetworkUse networks, InspectorOptions options)
    {
        (Model, this.networks) = (model, networks);
        try
        {
            options.Validate();
            var (manifest, profile) = (model.Bundle.Manifest, model.Profile);
            channels = manifest.Network.Channels;
            scores = new ConformalScores(profile.Calibration);
            if (options.Threshold is { } chosen)
                Threshold = chosen;
            else
                UseAlpha(options.Alpha ?? manifest.Alpha);
            mask = new InspectionMask(options.IgnoreMask, options.Regions);
            if (mask.Hash != profile.Calibration.Mask)
                MaskNote = $"{model.Bundle.Folder}, profile {model.Key}: calibrated {(profile.Calibration.Mask.Length == 0 ? "on the whole picture" : "with another mask or other regions")}, "
                    + "so the false-reject rate is not promised for this one; run edge calibrate with the same mask and regions.";
            // A mask of the wrong size is refused here and not at the first part, where the bundle knows its pictures' size.
            if (manifest is { PictureWidth: > 0, PictureHeight: > 0 })
                mask.ForPicture(manifest.PictureWidth, manifest.PictureHeight);
            scorer = new ProfileScorer(profile, channels);
            reader = new PictureReader([.. profile.Readings.Select(reading => networks.Source(reading, profile, model.Precision))], manifest.Network, manifest.Preprocessing);
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>The model it was made of.</summary>
    public Model Model { get; }

    /// <summary>One line for people where mask and regions are not those of the calibration, whose promise then does not hold; null where they are.</summary>
    public string? MaskNote { get; }

    /// <summary>The false-reject rate the threshold stands for: the one asked for, or for a threshold set by hand the share of good pictures
    /// expected above it, 1/(n+1) to 1 (split conformal, n calibration pictures).</summary>
    public double Alpha => limit is var now && now.Alpha is { } asked ? asked : scores.FalseRejectRate(now.Threshold);

    /// <summary>Scores above this are defects. It may be set while another thread inspects; a verdict uses one value throughout.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number, infinite or below 0.</exception>
    public double Threshold
    {
        get => limit.Threshold;
        set
        {
            if (!float.IsFinite((float)value) || value < 0)
                throw new ArgumentOutOfRangeException(nameof(value), value, "A threshold is a number from 0 up.");
            limit = new Limit((float)value, null);
        }
    }

    /// <summary>[C, H, W] the last reconstruction, -1 to 1, in the network's size; empty where the profile reconstructs nothing and for pictures of several tiles.</summary>
    internal float[] Reconstruction(out PictureShape shape)
    {
        shape = reader.Shape;
        return reader.Reconstruction();
    }

    /// <summary>Sets the threshold for a false-reject rate.</summary>
    /// <param name="rate">Share of good pictures that may be rejected, above 0 and below 1.</param>
    /// <exception cref="BundleException">The bundle cannot promise this rate; the message says what it takes.</exception>
    public void UseAlpha(double rate)
    {
        try
        {
            limit = new Limit(scores.Threshold(rate), rate);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BundleException($"{Model.Bundle.Folder}, profile {Model.Key}: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    /// <summary>Decodes and inspects a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reuse">As in <see cref="Inspect(in Frame, InspectionResult?)"/>.</param>
    /// <exception cref="PictureException">The file cannot be read or does not fit the mask; the message names it.</exception>
    /// <inheritdoc cref="Inspect(in Frame, InspectionResult?)" path="/exception[not(contains(@cref, 'PictureException'))]"/>
    public InspectionResult Inspect(string path, InspectionResult? reuse = null)
    {
        var start = Stopwatch.GetTimestamp();
        using var picture = PictureFile.Read(path);
        try
        {
            return Inspect(picture.AsFrame(), reuse, start);
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
    /// <param name="frame">The picture. It is not kept.</param>
    /// <param name="reuse">A result that is no longer needed, of any inspector: it is filled again and returned. Null makes a new one.</param>
    /// <exception cref="PictureException">The frame is too small or does not fit the mask.</exception>
    /// <exception cref="InspectionException">The network's answer is not finite; the part counts as defective.</exception>
    /// <exception cref="DeviceException">The device failed, for example for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inspecting with this inspector; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The inspector was disposed of.</exception>
    public InspectionResult Inspect(in Frame frame, InspectionResult? reuse = null) => Inspect(frame, reuse, Stopwatch.GetTimestamp());

    /// <summary>Frees what it holds, after the inspection that another thread may have in hand.</summary>
    public void Dispose()
    {
        if (guard.Close())
            networks.Dispose();
    }

    private InspectionResult Inspect(in Frame frame, InspectionResult? reuse, long start)
    {
        guard.Enter();
        try
        {
            return Fill(reuse ?? new InspectionResult(), frame, start);
        }
        finally
        {
            guard.Leave();
        }
    }

    private InspectionResult Fill(InspectionResult result, in Frame frame, long start)
    {
        result.Clear();
        var (decoded, networkBefore) = (Stopwatch.GetTimestamp(), networks.Ticks);
        scorer.Look(frame, channels, mask.ForPicture(frame.Width, frame.Height));
        reader.Read(frame);
        var measured = Stopwatch.GetTimestamp();
        var (shape, prepared) = (reader.Shape, reader.PreparedAt);
        var score = scorer.Score(reader.Values, shape.Height, shape.Width, mask.ForMap(frame.Width, frame.Height, shape));

        result.Judge(scorer.Finding, score, limit.Threshold, scores);
        result.Map.Fill(scorer.Map, shape.Width, shape.Height, frame.Width, frame.Height);
        result.DecidedBy = Model.Profile.Readings[scorer.Decider].Name;
        (result.Profile, result.Precision, result.Bundle) = (Model.ProfileName, Model.Precision, Model.Id);
        var (end, network) = (Stopwatch.GetTimestamp(), networks.Ticks - networkBefore);
        result.Times = new StageTimes(Milliseconds(decoded - start), Milliseconds(prepared - decoded), Milliseconds(network),
            Milliseconds(measured - prepared - network), Milliseconds(end - measured));
        InspectionMeter.Record(result);
        return result;

        static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
    }

    /// <param name="Threshold">Scores above this are defects.</param>
    /// <param name="Alpha">The rate it was asked to keep; null where it was set by hand.</param>
    private sealed record Limit(float Threshold, double? Alpha);
}
