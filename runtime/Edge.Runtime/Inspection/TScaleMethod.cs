using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>T scales: a plane of residuals for every noise level, and one of probabilities, from the log-odds, if they are asked for.</summary>
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
        if (settings.Logit && !denoiser.HasLogit)
            throw new BundleException("t_scales.logit asks for log-odds, but the network has no output logit; read levels alone, or train a network that has.");
        (this.denoiser, this.schedule, this.settings, this.seed) = (denoiser, schedule, settings, seed);
        timesteps = [.. settings.Timesteps];
    }

    public int Planes => settings.Planes;

    public int SizeMultiple => denoiser.SizeMultiple;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        var residuals = timesteps.Length * shape.Pixels;
        if (residuals > 0)
            TScales.Maps(denoiser, schedule, x0, shape, timesteps, settings.Mode, seed, scratch, planes[..residuals]);
        if (settings.Logit)
            TScales.Probability(denoiser, schedule, x0, shape, scratch, planes[residuals..]);
    }
}
