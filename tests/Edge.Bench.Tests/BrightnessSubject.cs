using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Bench.Tests;

/// <summary>A made-up bundle: the map is the brightness, the score its maximum. The profile "blind" gives 1 to everything.</summary>
internal sealed class BrightnessSubject(SubjectOptions options, IReadOnlyList<string> goldenSamples) : ISubject
{
    float[] _map = [];

    public string Bundle => "made-up";

    public IReadOnlyList<string> ProfileNames => ["bright", "blind"];

    public string DefaultProfile => "bright";

    public IReadOnlyList<string> GoldenSamplePaths => goldenSamples;

    public double Alpha => options.Alpha ?? 0.01;

    public int Evaluations => options.Profile == "blind" ? 0 : 2;

    public string Provider => "cpu";

    public ReadOnlySpan<float> Map => _map;

    public int MapWidth { get; private set; }

    public Verdict Inspect(string path)
    {
        using var picture = PictureFile.Read(path);
        return Inspect(picture.AsFrame());
    }

    public Verdict Inspect(in Frame frame)
    {
        _map = new float[frame.Width * frame.Height];
        MapWidth = frame.Width;
        for (var i = 0; i < _map.Length; i++)
            _map[i] = options.Profile == "blind" ? 1 : frame.Pixels[i / frame.Width * frame.Stride + i % frame.Width * frame.Channels];
        double score = _map.Max();
        return new Verdict { IsDefect = score > 100, Score = score, Threshold = 100, PValue = 0.5, Profile = options.Profile ?? "bright", Bundle = Bundle, Milliseconds = 2 };
    }

    public void Dispose()
    {
    }
}
