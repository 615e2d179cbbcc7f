using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>Reconstruction: one plane of pixel distance and, where features are compared, one of feature distance, the sum over all layers.</summary>
/// <param name="denoiser">Reconstructs.</param>
/// <param name="features">Gives <see cref="ReconstructionSettings.Features"/>; null where there are none.</param>
/// <param name="schedule">The denoiser's.</param>
/// <param name="settings">How it reconstructs and what it compares.</param>
/// <param name="seed">Of the noise.</param>
internal sealed class ReconstructionSource(IDenoiser denoiser, FeatureNetwork? features, NoiseSchedule schedule, ReconstructionSettings settings, ulong seed) : IPlaneSource
{
    private readonly DiffusionScratch scratch = new();
    private float[] pair = [];
    private float[] featureScratch = [];

    public IReadOnlyList<string> Planes { get; } = settings.Planes;

    public int SizeMultiple => denoiser.SizeMultiple;

    public ReadOnlySpan<float> Reconstruction => pair;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        DiffusionScratch.Take(ref pair, 2 * shape.Length);
        var reconstruction = pair.AsSpan(0, shape.Length);
        var picture = pair.AsSpan(shape.Length, shape.Length);
        x0.CopyTo(picture);
        ConditionedSampler.Reconstruct(denoiser, schedule, settings.Sampler, picture, shape, seed, scratch, reconstruction);
        PixelComparison.Compare(reconstruction, picture, shape, planes[..shape.Pixels]);
        if (features is null)
            return;
        var distance = planes.Slice(shape.Pixels, shape.Pixels);
        distance.Clear();
        ReadOnlySpan<float> t = [settings.FeatureT, settings.FeatureT];
        var maps = features.Run(pair.AsSpan(0, 2 * shape.Length), t, shape);
        for (var k = 0; k < maps.Count; k++)
        {
            if (!settings.Features.Contains(maps[k].Name))
                continue;
            var layer = new PictureShape(maps[k].Channels, maps[k].Height, maps[k].Width);
            DiffusionScratch.Take(ref featureScratch, FeatureComparison.ScratchLength(layer));
            FeatureComparison.Add(maps[k][0], maps[k][1], layer, featureScratch, shape.Width, shape.Height, distance);
        }
    }
}
