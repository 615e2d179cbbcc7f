using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>Reconstruction: one plane of pixel distance and, where features are compared, one of feature distance, the sum over all layers.</summary>
/// <param name="denoiser">Reconstructs.</param>
/// <param name="own">Gives <see cref="ReconstructionSettings.Features"/>; null where there are none.</param>
/// <param name="backbone">Gives <see cref="ReconstructionSettings.BackboneFeatures"/>; null where there are none.</param>
/// <param name="schedule">The denoiser's.</param>
/// <param name="settings">How it reconstructs and what it compares.</param>
/// <param name="seed">Of the noise.</param>
internal sealed class ReconstructionMethod(
    IDenoiser denoiser, FeatureNetwork? own, FeatureNetwork? backbone, NoiseSchedule schedule, ReconstructionSettings settings, ulong seed) : IMapMethod
{
    private readonly DiffusionScratch scratch = new();
    private float[] pair = [];
    private float[] featureScratch = [];

    public int Planes => own is null && backbone is null ? 1 : 2;

    public int SizeMultiple { get; } = backbone is null ? denoiser.SizeMultiple : LeastCommonMultiple(denoiser.SizeMultiple, backbone.SizeMultiple);

    public ReadOnlySpan<float> Reconstruction => pair;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        DiffusionScratch.Take(ref pair, 2 * shape.Length);
        var reconstruction = pair.AsSpan(0, shape.Length);
        var picture = pair.AsSpan(shape.Length, shape.Length);
        x0.CopyTo(picture);
        ConditionedSampler.Reconstruct(denoiser, schedule, settings.Sampler, picture, shape, seed, scratch, reconstruction);
        PixelComparison.Compare(reconstruction, picture, shape, planes[..shape.Pixels]);
        if (Planes == 1)
            return;
        var features = planes.Slice(shape.Pixels, shape.Pixels);
        features.Clear();
        if (own is not null)
            AddFeatures(own, settings.Features, shape, features);
        if (backbone is not null)
            AddFeatures(backbone, settings.BackboneFeatures, shape, features);
    }

    private void AddFeatures(FeatureNetwork network, List<string> layers, PictureShape shape, Span<float> plane)
    {
        ReadOnlySpan<float> t = [settings.FeatureT, settings.FeatureT];
        var maps = network.Run(pair.AsSpan(0, 2 * shape.Length), t, shape);
        for (var k = 0; k < maps.Count; k++)
        {
            if (!layers.Contains(maps[k].Name))
                continue;
            var layer = new PictureShape(maps[k].Channels, maps[k].Height, maps[k].Width);
            DiffusionScratch.Take(ref featureScratch, FeatureComparison.ScratchLength(layer));
            FeatureComparison.Add(maps[k][0], maps[k][1], layer, featureScratch, shape.Width, shape.Height, plane);
        }
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        var (divisor, rest) = (a, b);
        while (rest != 0)
            (divisor, rest) = (rest, divisor % rest);
        return checked(a / divisor * b);
    }
}
