namespace Edge.Runtime.Bundles;

/// <summary>Constants of a map, from held-out normals. Which are there depends on the map.</summary>
public sealed record MapConstants
{
    /// <summary>Mean of each feature (Mahalanobis), or of each level.</summary>
    public List<double> Mean { get; init; } = [];

    /// <summary>Inverse of the features' covariance, row by row (Mahalanobis).</summary>
    public List<double> Precision { get; init; } = [];

    /// <summary>Standard deviation of each level (the other T-scale maps).</summary>
    public List<double> StandardDeviation { get; init; } = [];

    /// <summary>Ratio of the 99.5 % quantiles of feature and pixel distance (reconstruction); 0 where no features are compared.</summary>
    public double FeatureToPixel { get; init; }
}
