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

    /// <summary>[13] where the map is made of surprisals: the values that all, a half, a quarter ... 1/1024 of normal pixels reach, the score that half of normal pictures reach,
    /// and by how much the others' exceed it in the mean.</summary>
    public List<float> Surprisal { get; init; } = [];

    /// <summary>Those of the probabilities' own map; null where they have none.</summary>
    public MapConstants? Probability { get; init; }
}
