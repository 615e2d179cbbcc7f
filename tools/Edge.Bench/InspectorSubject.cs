using System.Diagnostics;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench;

/// <summary>A bundle behind the library's front door.</summary>
internal sealed class InspectorSubject(Inspector inspector, int depth) : ISubject
{
    /// <summary>Opens a bundle.</summary>
    public static ISubject Open(string bundleFolder, SubjectOptions options) => new InspectorSubject(Inspector.Open(bundleFolder, new InspectorOptions
    {
        Profile = options.Profile?.Name,
        Precision = options.Profile?.Precision,
        Alpha = options.Alpha,
        Inference = new InferenceOptions { IntraOpThreads = options.Threads, TracePrefix = options.TracePrefix, TraceShapes = options.TraceShapes },
    }), options.Depth);

    public string Bundle => inspector.Bundle.Id;

    public BundleManifest Manifest => inspector.Bundle.Manifest;

    public IReadOnlyList<ProfileKey> Profiles => inspector.Bundle.Profiles;

    public ProfileKey DefaultProfile => inspector.Bundle.KeyFor();

    public IReadOnlyList<string> GoldenSamplePaths => inspector.Bundle.GoldenSamplePaths;

    public double Alpha => inspector.Alpha;

    public double Evaluations => inspector.Evaluations;

    public IReadOnlyList<int>? TScales => inspector.Bundle.Profile(inspector.ProfileKey).Readings.Select(r => r.TScales?.Timesteps).FirstOrDefault(t => t is not null);

    public string Variant => PrecisionText.Of(inspector.ProfileKey.Precision);

    public StageTimes Stages => inspector.Stages;

    public string Provider => inspector.Provider.ToString().ToLowerInvariant();

    public Tolerance? Tolerance => BundleTolerance.Read(inspector.Bundle).Profiles.GetValueOrDefault(inspector.ProfileKey);

    public ConformalScores CalibrationScores => new(inspector.Bundle.Profile(inspector.ProfileKey).Calibration);

    public IReadOnlyList<ProfileKey> ReconstructingProfiles =>
        [.. inspector.Bundle.Profiles.Where(key => inspector.Bundle.Profile(key).Readings.Any(r => r.Reconstruction is not null))];

    public IReadOnlyList<string> PassedControls() =>
        [.. NegativeControls.Check(inspector.Bundle, inspector.ProfileKey).Where(control => !control.Verdict.IsNg).Select(control => control.Name)];

    public Verdict Inspect(string path)
    {
        if (depth == 0)
            return inspector.Inspect(path);
        var start = Stopwatch.GetTimestamp();
        using var picture = PictureFile.Read(path, depth);
        try
        {
            return inspector.Inspect(picture.AsFrame()) with { Milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds };
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }

    public Verdict Inspect(in Frame frame) => inspector.Inspect(frame);

    public ReadOnlySpan<float> Map => inspector.Map.Values;

    public int MapWidth => inspector.Map.Width;

    public float[] Reconstruction(out PictureShape shape) => inspector.Reconstruction(out shape);

    public void Dispose() => inspector.Dispose();
}
