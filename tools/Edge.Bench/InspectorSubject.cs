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
        Profile = options.Profile,
        Alpha = options.Alpha,
        Inference = new InferenceOptions { IntraOpThreads = options.Threads, TracePrefix = options.TracePrefix, TraceShapes = options.TraceShapes },
    }), options.Depth);

    public string Bundle => inspector.Bundle.Id;

    public BundleManifest Manifest => inspector.Bundle.Manifest;

    public IReadOnlyList<string> ProfileNames => inspector.Bundle.ProfileNames;

    public string DefaultProfile => inspector.Bundle.DefaultProfile;

    public IReadOnlyList<string> GoldenSamplePaths => inspector.Bundle.GoldenSamplePaths;

    public double Alpha => inspector.Alpha;

    public double Evaluations => inspector.Evaluations;

    public IReadOnlyList<int>? TScales => inspector.Bundle.Profile(inspector.ProfileName).Readings.Select(r => r.TScales?.Timesteps).FirstOrDefault(t => t is not null);

    public string Variant => inspector.Bundle.Profile(inspector.ProfileName).Precision.ToString().ToLowerInvariant();

    public StageTimes Stages => inspector.Stages;

    public string Provider => inspector.Provider.ToString().ToLowerInvariant();

    public Tolerance? Tolerance => BundleTolerance.Read(inspector.Bundle).Profiles.GetValueOrDefault(inspector.ProfileName);

    public ConformalScores CalibrationScores => new(inspector.Bundle.Profile(inspector.ProfileName).Calibration);

    public IReadOnlyList<string> ReconstructingProfiles =>
        [.. inspector.Bundle.ProfileNames.Where(name => inspector.Bundle.Profile(name).Readings.Any(r => r.Reconstruction is not null))];

    public IReadOnlyList<string> PassedControls() =>
        [.. NegativeControls.Check(inspector.Bundle, inspector.ProfileName).Where(control => !control.Verdict.IsNg).Select(control => control.Name)];

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
