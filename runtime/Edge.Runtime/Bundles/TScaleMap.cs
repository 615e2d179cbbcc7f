namespace Edge.Runtime.Bundles;

/// <summary>How the maps of the noise levels become one.</summary>
public enum TScaleMap
{
    /// <summary>Distance of the vector of all levels and smoothing widths from the normals' mean under their covariance.</summary>
    Mahalanobis,

    /// <summary>Mean of the standardised levels.</summary>
    Mean,

    /// <summary>Maximum of the standardised levels.</summary>
    Max,

    /// <summary>Weighted sum of the standardised levels.</summary>
    Weighted,
}
