using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>T scales: one plane a noise level, smoothed, then held against what normals have there.</summary>
internal sealed class TScaleMethod(IDenoiser denoiser, NoiseSchedule schedule, TScaleSettings settings, ulong seed) : IMapMethod
{
    private readonly int[] timesteps = [.. settings.Timesteps];
    private readonly MapFeatures extractor = new(settings.Widths, settings.LogFeatures);
    private readonly DiffusionScratch scratch = new();
    private float[] features = [];
    private float[] blurScratch = [];
    private MahalanobisMap? distance;
    private ScaleConstants[] constants = [];

    public int Planes => timesteps.Length;

    public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes) =>
        TScales.Maps(denoiser, schedule, x0, shape, timesteps, settings.Mode, seed, scratch, planes);

    public MapConstants Fit(IEnumerable<Planes> normals)
    {
        var statistics = new VectorStatistics(extractor.Count(timesteps.Length));
        foreach (var normal in normals)
            statistics.Add(Features(normal.Values, normal.Height, normal.Width));
        if (settings.Map == TScaleMap.Mahalanobis)
            return new MapConstants { Mean = [.. statistics.Mean()], Precision = [.. statistics.Precision()] };
        var covariance = statistics.Covariance();
        return new MapConstants
        {
            Mean = [.. statistics.Mean()],
            StandardDeviation = [.. timesteps.Select((_, k) => Math.Sqrt(covariance[k * timesteps.Length + k]))],
        };
    }

    public void Use(MapConstants values)
    {
        if (settings.Map == TScaleMap.Mahalanobis)
            distance = new MahalanobisMap([.. values.Mean], [.. values.Precision]);
        else
            constants = [.. timesteps.Select((_, k) => new ScaleConstants((float)values.Mean[k], (float)values.StandardDeviation[k],
                settings.Map == TScaleMap.Weighted ? (float)settings.Weights[k] : 1))];
    }

    public void Map(ReadOnlySpan<float> planes, int height, int width, Span<float> map)
    {
        var vectors = Features(planes, height, width);
        switch (settings.Map)
        {
            case TScaleMap.Mahalanobis:
                distance!.Apply(vectors, map);
                break;
            case TScaleMap.Mean:
                ScaleAggregator.Aggregate(vectors, constants, MapAggregation.Mean, map);
                break;
            case TScaleMap.Max:
                ScaleAggregator.Aggregate(vectors, constants, MapAggregation.Max, map);
                break;
            case TScaleMap.Weighted:
                ScaleAggregator.Aggregate(vectors, constants, MapAggregation.Weighted, map);
                break;
        }
    }

    /// <summary>[levels x widths, H, W]: every level at every width.</summary>
    private ReadOnlySpan<float> Features(ReadOnlySpan<float> planes, int height, int width)
    {
        var length = extractor.Count(timesteps.Length) * height * width;
        if (features.Length < length)
            features = new float[length];
        if (blurScratch.Length < extractor.ScratchLength(width))
            blurScratch = new float[extractor.ScratchLength(width)];
        extractor.Extract(planes, timesteps.Length, width, height, blurScratch, features.AsSpan(0, length));
        return features.AsSpan(0, length);
    }
}
