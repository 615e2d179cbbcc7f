using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>Reconstruction: one plane of pixel distance and, where features are compared, one of feature distance.</summary>
internal sealed class ReconstructionMethod(IDenoiser denoiser, FeatureNetwork? network, NoiseSchedule schedule, ReconstructionSettings settings, ulong seed)
    : IMapMethod
{
    private readonly DiffusionScratch scratch = new();
    private float[] pair = [];
    private float[] featureScratch = [];

    public int Planes => network is null ? 1 : 2;

    public ReadOnlySpan<float> Reconstruction => pair;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
    {
        Grow(ref pair, 2 * shape.Length);
        var reconstruction = pair.AsSpan(0, shape.Length);
        var picture = pair.AsSpan(shape.Length, shape.Length);
        x0.CopyTo(picture);
        ConditionedSampler.Reconstruct(denoiser, schedule, settings.Sampler, picture, shape, seed, scratch, reconstruction);
        PixelComparison.Compare(reconstruction, picture, shape, planes[..shape.Pixels]);
        if (network is not null)
            CompareFeatures(shape, planes.Slice(shape.Pixels, shape.Pixels));
    }

    private void CompareFeatures(PictureShape shape, Span<float> plane)
    {
        ReadOnlySpan<float> t = [settings.FeatureT, settings.FeatureT];
        var maps = network!.Run(pair.AsSpan(0, 2 * shape.Length), t, shape);
        plane.Clear();
        for (var k = 0; k < maps.Count; k++)
        {
            if (!settings.Features.Contains(maps[k].Name))
                continue;
            var layer = new PictureShape(maps[k].Channels, maps[k].Height, maps[k].Width);
            Grow(ref featureScratch, FeatureComparison.ScratchLength(layer));
            FeatureComparison.Add(maps[k][0], maps[k][1], layer, featureScratch, shape.Width, shape.Height, plane);
        }
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }
}
