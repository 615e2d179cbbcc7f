using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// From the planes of a whole picture to its anomaly map: one map of all planes, or, where probabilities have one of their own, what both maps' surprisals make together. For one thread.
/// </summary>
internal sealed class MapBuilder
{
    private readonly PlaneMap all;
    private readonly PlaneMap? probability;
    private readonly ScoreReduction reduction;
    private float[] surprisal = [], probabilitySurprisal = [];
    private float[] second = [];

    public MapBuilder(Profile profile)
    {
        reduction = ScoreReduction.TopMean(profile.TopPixels);
        var (planes, probabilities) = (profile.Planes, profile.TScales is { Logit: true } ? 1 : 0);
        if (profile.Map.Probability is { } own)
            (all, probability) = (new PlaneMap(profile.Map, 0, planes - probabilities, 0), new PlaneMap(own, planes - probabilities, probabilities, probabilities));
        else
            all = new PlaneMap(profile.Map, 0, planes, probabilities);
    }

    /// <summary>The constants of normal pictures.</summary>
    public MapConstants Fit(IReadOnlyList<Planes> normals) =>
        probability is null ? all.Fit(normals) : all.FitSurprisal(normals, reduction) with { Probability = probability.FitSurprisal(normals, reduction) };

    /// <summary>Sets the constants that <see cref="Map"/> uses from now on.</summary>
    public void Use(MapConstants constants)
    {
        all.Use(constants);
        if (probability is null)
            return;
        probability.Use(constants.Probability!);
        (surprisal, probabilitySurprisal) = ([.. constants.Surprisal], [.. constants.Probability!.Surprisal]);
    }

    /// <summary>The map of a measured picture, under the constants in use, and its score.</summary>
    public (float[] Map, float Score) Score(Planes planes)
    {
        var map = new float[planes.Height * planes.Width];
        Map(planes.Values, planes.Height, planes.Width, map);
        return (map, reduction.Score(map, [], new float[reduction.TopPixels]));
    }

    /// <summary>Makes the anomaly map of a picture.</summary>
    /// <param name="values">[planes, H, W] its measurement.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="map">[H, W] receives the map, 0 or above; larger is stranger.</param>
    /// <param name="inspected">[H, W], 0 where a pixel does not count; empty where all count.</param>
    public void Map(ReadOnlySpan<float> values, int height, int width, Span<float> map, ReadOnlySpan<byte> inspected = default)
    {
        all.Map(values, height, width, map, inspected);
        if (probability is null)
            return;
        DiffusionScratch.Take(ref second, height * width);
        var other = second.AsSpan(0, height * width);
        probability.Map(values, height, width, other, inspected);
        Surprisal.Combine(map, surprisal, other, probabilitySurprisal, map);
    }
}
