using Edge.Runtime;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Tests;

/// <summary>A made-up bundle: the map is the brightness, the score its maximum. The profile "blind" gives 1 to everything.</summary>
internal sealed class BrightnessSubject(SubjectOptions options, IReadOnlyList<string> goldenSamples) : ISubject
{
    float[] _map = [];
    int _width;

    public string Bundle => "made-up";

    public BundleManifest Manifest { get; init; } = new()
    {
        Id = "made-up", Version = "7", Created = "2026-01-02T03:04:05Z", TrainerVersion = "1.2", Training = new() { ["pictures"] = "3 trained on" },
    };

    public IReadOnlyList<ProfileKey> Profiles => ["bright", "blind"];

    public ProfileKey DefaultProfile => "bright";

    public IReadOnlyList<string> GoldenSamplePaths => goldenSamples;

    public double Alpha => options.Alpha ?? 0.01;

    public double Evaluations => options.Profile?.Name == "blind" ? 0 : 2;

    public IReadOnlyList<int>? TScales => options.Profile?.Name == "blind" ? null : [8, 25];

    public string Variant => "fp32";

    public string Provider => "cpu";

    /// <summary>30, 31 .. 48: nineteen, so that every twentieth may be promised.</summary>
    public Tolerance? Tolerance => new() { Threshold = 48, Pictures = 20, Ranges = { [Perturbation.Blur] = new ToleranceRange { High = 1.5 } } };

    public ConformalScores CalibrationScores => new([.. Enumerable.Range(30, 19).Select(score => (float)score)]);

    public IReadOnlyList<ProfileKey> ReconstructingProfiles => ["blind"];

    public IReadOnlyList<string> PassedControls() => options.Profile?.Name == "blind" ? ["black"] : [];

    public InspectionResult Inspect(string path)
    {
        using var picture = PictureFile.Read(path);
        return Inspect(picture.AsFrame());
    }

    public InspectionResult Inspect(in Frame frame, InspectionResult? reuse = null)
    {
        _map = new float[frame.Width * frame.Height];
        _width = frame.Width;
        for (var i = 0; i < _map.Length; i++)
            _map[i] = options.Profile?.Name == "blind" ? 1 : frame.Pixels[i / frame.Width * frame.Stride + i % frame.Width * frame.Channels];
        var result = new InspectionResult { Profile = options.Profile?.Name ?? "bright", Bundle = Bundle, Times = new StageTimes(0, 0.25, 1, 0.5, 0.25) };
        result.Judge(null, _map.Max(), 100, CalibrationScores).Map.Fill(_map, frame.Width, frame.Height, frame.Width, frame.Height);
        return result;
    }

    /// <summary>Mid grey.</summary>
    public float[] Reconstruction(out PictureShape shape)
    {
        shape = new PictureShape(1, _map.Length / _width, _width);
        return options.Profile?.Name == "blind" ? new float[_map.Length] : [];
    }

    public void Dispose()
    {
    }
}
