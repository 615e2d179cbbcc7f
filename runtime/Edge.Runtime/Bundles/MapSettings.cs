using Edge.Runtime.Scoring;

namespace Edge.Runtime.Bundles;

/// <summary>How the planes that a method measures become an anomaly map; the same for T scales and reconstruction.</summary>
public sealed record MapSettings
{
    /// <summary>Divide every plane of energies or distances by its own median over the picture first: what differs from its own surroundings is
    /// strange, not a whole picture of other contrast. Off where a defect may fill the picture. Probabilities stay as they are.</summary>
    public bool Relative { get; init; } = true;

    /// <summary>Whether what differs less than normal from the network's idea is strange as well: smeared or missing structure is quieter than
    /// good texture, not louder.</summary>
    public bool BothSides { get; init; }

    /// <summary>Which pixels share constants: all, those equally far from the border (textures), or those of a cell of a grid (parts that always lie alike).</summary>
    public PlaneZones Zones { get; init; } = PlaneZones.Border;

    /// <summary>How the standardised planes become one.</summary>
    public MapAggregation Aggregation { get; init; } = MapAggregation.Mean;

    /// <summary>A weight for each plane, for <see cref="MapAggregation.Weighted"/>: noise levels in their order; pixel, then feature distance.</summary>
    public List<double> Weights { get; init; } = [];

    /// <summary>Standard deviations of the smoothing Gaussians in pixels after scaling, ascending. A pixel takes the width at which it is strangest.</summary>
    public List<double> Widths { get; init; } = [];

    /// <summary>Whether what is strange at one width is taken out before the next, so that a strong scratch does not light up a wide window around it.
    /// Probabilities are never that strong.</summary>
    public bool TakeOut { get; init; } = true;

    /// <summary>Settings of a map of their own for the probabilities, where levels are read as well: the map is then made of both maps' surprisals, see
    /// <see cref="Surprisal"/>. Null: probabilities are a plane among the others.</summary>
    public MapSettings? Probability { get; init; }
}
