using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>The log-odds that a pixel is corrupted, as one plane of probabilities.</summary>
internal sealed class LogOddsSource(IDefectHead head, NoiseSchedule schedule) : IPlaneSource
{
    private readonly DiffusionScratch scratch = new();

    public IReadOnlyList<string> Planes { get; } = [Reading.LogOddsPlane];

    public int SizeMultiple => head.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes) => TScales.Probability(head, schedule, x0, shape, scratch, planes);
}
