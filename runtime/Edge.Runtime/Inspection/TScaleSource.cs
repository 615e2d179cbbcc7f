using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>T scales: one plane of residual energy per noise level.</summary>
internal sealed class TScaleSource(IDenoiser denoiser, NoiseSchedule schedule, TScaleSettings settings, ulong seed) : IPlaneSource
{
    private readonly int[] timesteps = [.. settings.Timesteps];
    private readonly DiffusionScratch scratch = new();

    public IReadOnlyList<string> Planes { get; } = [.. settings.Timesteps.Select(settings.PlaneName)];

    public int SizeMultiple => denoiser.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes) =>
        TScales.Maps(denoiser, schedule, x0, shape, timesteps, settings.Mode, seed, scratch, planes);
}
