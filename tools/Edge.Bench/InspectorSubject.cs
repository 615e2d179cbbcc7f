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
    public static ISubject Open(string bundleFolder, SubjectOptions options)
    {
        using var model = Model.Open(bundleFolder, new ModelOptions
        {
            Profile = options.Profile?.Name, Precision = options.Profile?.Precision,
            Inference = new InferenceOptions { IntraOpThreads = options.Threads, TracePrefix = options.TracePrefix, TraceShapes = options.TraceShapes },
        });
        return new InspectorSubject(model.CreateInspector(new InspectorOptions { Alpha = options.Alpha }), options.Depth);
    }

    public string Bundle => inspector.Model.Bundle.Id;

    public BundleManifest Manifest => inspector.Model.Bundle.Manifest;

    public IReadOnlyList<ProfileKey> Profiles => inspector.Model.Bundle.Profiles;

    public ProfileKey DefaultProfile => inspector.Model.Bundle.KeyFor();

    public IReadOnlyList<string> GoldenSamplePaths => inspector.Model.Bundle.GoldenSamplePaths;

    public double Alpha => inspector.Alpha;

    public double Evaluations => inspector.Model.Evaluations;

    public IReadOnlyList<int>? TScales => inspector.Model.Profile.Readings.Select(r => r.TScales?.Timesteps).FirstOrDefault(t => t is not null);

    public string Variant => PrecisionText.Of(inspector.Model.Precision);

    public string Provider => inspector.Model.Provider.ToString().ToLowerInvariant();

    public Tolerance? Tolerance => BundleTolerance.Read(inspector.Model.Bundle).Profiles.GetValueOrDefault(inspector.Model.Key);

    public ConformalScores CalibrationScores => new(inspector.Model.Profile.Calibration);

    public IReadOnlyList<ProfileKey> ReconstructingProfiles =>
        [.. inspector.Model.Bundle.Profiles.Where(key => inspector.Model.Bundle.Profile(key).Readings.Any(r => r.Reconstruction is not null))];

    public IReadOnlyList<string> PassedControls() =>
        [.. NegativeControls.Check(inspector.Model.Bundle, inspector.Model.Key).Where(control => !control.Result.IsNg).Select(control => control.Name)];

    public InspectionResult Inspect(string path)
    {
        if (depth == 0)
            return inspector.Inspect(path);
        var start = Stopwatch.GetTimestamp();
        using var picture = PictureFile.Read(path, depth);
        var decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        try
        {
            var result = inspector.Inspect(picture.AsFrame());
            result.Times = result.Times with { Decode = decode };
            return result;
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }

    public InspectionResult Inspect(in Frame frame, InspectionResult? reuse = null) => inspector.Inspect(frame, reuse);

    public float[] Reconstruction(out PictureShape shape) => inspector.Reconstruction(out shape);

    public void Dispose() => inspector.Dispose();
}
