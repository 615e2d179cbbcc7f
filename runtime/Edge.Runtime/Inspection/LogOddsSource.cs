using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>The log-odds that a pixel is corrupted, as one plane of probabilities.</summary>
internal sealed class LogOddsSource : IPlaneSource
{
    private readonly IDenoiser denoiser;
    private readonly NoiseSchedule schedule;
    private readonly DiffusionScratch scratch = new();

    /// <exception cref="BundleException">The network has no log-odds.</exception>
    public LogOddsSource(IDenoiser denoiser, NoiseSchedule schedule)
    {
        (this.denoiser, this.schedule) = (denoiser, schedule);
        if (!denoiser.HasLogit)
            throw new BundleException("A profile reads log_odds, but the network has no output logit; read levels alone, or train a network that has.");
    }

    public IReadOnlyList<string> Planes { get; } = [Reading.LogOddsPlane];

    public int SizeMultiple => denoiser.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes) => TScales.Probability(denoiser, schedule, x0, shape, scratch, planes);
}
