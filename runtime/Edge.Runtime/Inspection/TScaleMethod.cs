using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>T scales: a plane of residuals for every noise level, or of log-odds, or both.</summary>
internal sealed class TScaleMethod : IMapMethod
{
    private readonly IDenoiser denoiser;
    private readonly NoiseSchedule schedule;
    private readonly TScaleSettings settings;
    private readonly ulong seed;
    private readonly int[] timesteps;
    private readonly DiffusionScratch scratch = new();

    /// <exception cref="BundleException">The settings read log-odds, and the network has none.</exception>
    public TScaleMethod(IDenoiser denoiser, NoiseSchedule schedule, TScaleSettings settings, ulong seed)
    {
        if (settings.Logits > 0 && !denoiser.HasLogit)
            throw new BundleException("t_scales.reading asks for log-odds, but the network has no output logit; read the residual, or train a network that has.");
        (this.denoiser, this.schedule, this.settings, this.seed) = (denoiser, schedule, settings, seed);
        timesteps = [.. settings.Timesteps];
    }

    public int Planes => settings.Residuals + settings.Logits;

    public int SizeMultiple => denoiser.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        var residuals = settings.Residuals * shape.Pixels;
        TScales.Maps(denoiser, schedule, x0, shape, timesteps, settings.Mode, seed, scratch, planes[..residuals], planes[residuals..]);
    }
}
