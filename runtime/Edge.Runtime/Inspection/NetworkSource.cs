using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>The one plane that a network answers a picture with; log-odds as probabilities, distances as they are.</summary>
/// <param name="network">The network.</param>
/// <param name="plane"><see cref="Reading.LogOddsPlane"/> or <see cref="Reading.MemoryPlane"/>.</param>
internal sealed class NetworkSource(IPlaneNetwork network, string plane) : IPlaneSource
{
    public IReadOnlyList<string> Planes { get; } = [plane];

    public int SizeMultiple => network.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        network.Evaluate(x0, shape, planes);
        if (plane == Reading.LogOddsPlane)
            TScales.Probability(planes);
    }
}
