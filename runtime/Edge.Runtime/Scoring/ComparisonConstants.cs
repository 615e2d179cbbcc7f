using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>
/// How the pixel and the feature comparison become one map, A = D_f + v k D_p. k is fixed from held-out normals and stays in the bundle:
/// DDAD's max(D_f) / max(D_p) over a batch would make a score depend on its batch mates and scale up even a perfect picture.
/// </summary>
/// <param name="Ratio">k, the size of D_f against that of D_p on normal pictures, 0 or more.</param>
/// <param name="PixelWeight">v, the weight of the pixel comparison, 0 or more.</param>
public readonly record struct ComparisonConstants(float Ratio, float PixelWeight = 1)
{
    /// <summary>The quantile by which the two comparisons are brought to one size.</summary>
    public const double RatioQuantile = 0.995;

    /// <summary>k as the ratio of the comparisons' 99.5 % quantiles over all pixels of held-out normals.</summary>
    /// <param name="featureMaps">All values of D_f; sorted in place.</param>
    /// <param name="pixelMaps">All values of D_p; sorted in place.</param>
    /// <param name="pixelWeight">v.</param>
    /// <exception cref="BundleException">A quantile is 0 or not finite: the reconstructions cannot be compared.</exception>
    public static ComparisonConstants FromNormals(Span<float> featureMaps, Span<float> pixelMaps, float pixelWeight = 1)
    {
        var ratio = Quantile.Of(featureMaps, RatioQuantile) / Quantile.Of(pixelMaps, RatioQuantile);
        return double.IsFinite(ratio) && ratio > 0
            ? new((float)ratio, pixelWeight)
            : throw new BundleException("comparison constants: pictures and reconstructions do not differ, or not by a finite amount");
    }

    /// <summary>A = D_f + v k D_p.</summary>
    /// <param name="featureMap">[H, W] D_f.</param>
    /// <param name="pixelMap">[H, W] D_p.</param>
    /// <param name="map">[H, W] receives A; may be either of them.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Combine(ReadOnlySpan<float> featureMap, ReadOnlySpan<float> pixelMap, Span<float> map)
    {
        if (featureMap.Length != map.Length || pixelMap.Length != map.Length)
            throw new ArgumentException($"maps of {featureMap.Length}, {pixelMap.Length} and {map.Length} pixels do not fit");
        TScales.Blend(1, featureMap, PixelWeight * Ratio, pixelMap, map);
    }
}
