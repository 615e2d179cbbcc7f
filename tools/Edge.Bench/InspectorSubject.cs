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
            Profile = options.Profile,
            Inference = new InferenceOptions { IntraOpThreads = options.Threads, TracePrefix = options.TracePrefix, TraceShapes = options.TraceShapes },
        });
        return new InspectorSubject(model.CreateInspector(new InspectorOptions { Alpha = options.Alpha }), options.Depth);
    }

    public string Bundle => inspector.Model.Bundle.Id;

    public BundleManifest Manifest => inspector.Model.Bundle.Manifest;

    public IReadOnlyList<string> ProfileNames => inspector.Model.Bundle.ProfileNames;

    public string DefaultProfile => inspector.Model.Bundle.DefaultProfile;

    public IReadOnlyList<string> GoldenSamplePaths => inspector.Model.Bundle.GoldenSamplePaths;

    public double Alpha => inspector.Alpha;

    public double Evaluations => inspector.Model.Evaluations;

    public IReadOnlyList<int>? TScales => inspector.Model.Bundle.Profile(inspector.Model.ProfileName).Readings.Select(r => r.TScales?.Timesteps).FirstOrDefault(t => t is not null);

    public string Variant => inspector.Model.Bundle.Profile(inspector.Model.ProfileName).Precision.ToString().ToLowerInvariant();

    public string Provider => inspector.Model.Provider.ToString().ToLowerInvariant();

    public Tolerance? Tolerance => BundleTolerance.Read(inspector.Model.Bundle).Profiles.GetValueOrDefault(inspector.Model.ProfileName);

    public ConformalScores CalibrationScores => new(inspector.Model.Bundle.Profile(inspector.Model.ProfileName).Calibration);

    public IReadOnlyList<string> ReconstructingProfiles =>
        [.. inspector.Model.Bundle.ProfileNames.Where(name => inspector.Model.Bundle.Profile(name).Readings.Any(r => r.Reconstruction is not null))];

    public IReadOnlyList<string> PassedControls() =>
        [.. NegativeControls.Check(inspector.Model.Bundle, inspector.Model.ProfileName).Where(control => !control.Result.IsNg).Select(control => control.Name)];

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
