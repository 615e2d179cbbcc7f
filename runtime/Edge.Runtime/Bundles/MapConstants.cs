namespace Edge.Runtime.Bundles;

/// <summary>Constants of a map, from held-out normals.</summary>
public sealed record MapConstants
{
    /// <summary>[planes x zones] mean of each plane in each zone.</summary>
    public List<double> Mean { get; init; } = [];

    /// <summary>[planes x zones] standard deviation of each plane in each zone.</summary>
    public List<double> Deviation { get; init; } = [];

    /// <summary>[widths] mean of the combined plane smoothed at each width.</summary>
    public List<float> WidthMean { get; init; } = [];

    /// <summary>[widths] its standard deviation.</summary>
    public List<float> WidthDeviation { get; init; } = [];

    /// <summary>[widths] the value above which a pixel is explained at this width and taken out before the next.</summary>
    public List<float> WidthLimit { get; init; } = [];
}
