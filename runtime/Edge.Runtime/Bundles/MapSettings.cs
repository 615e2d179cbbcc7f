namespace Edge.Runtime.Bundles;

/// <summary>How the planes of a reading become an anomaly map and a score.</summary>
internal sealed record MapSettings
{
    /// <summary>
    /// Divides each plane by its own median over the pixels that count, so that a picture of other contrast is not anomalous everywhere. The divisor stays
    /// within the range that good pictures have, so that a defect that fills the picture cannot hide itself. Not for log-odds.
    /// </summary>
    public bool Relative { get; init; } = true;

    /// <summary>Standard deviations of the smoothing Gaussians in pixels after scaling, ascending. A pixel takes the width at which it is most anomalous.</summary>
    public List<double> Widths { get; init; } = [];

    /// <summary>Whether what is anomalous at one width is left out at the wider ones, so that a strong scratch does not light up a wide window around it.</summary>
    public bool Suppress { get; init; } = true;

    /// <summary>One weight per plane, none negative; empty for equal weights.</summary>
    public List<double> Weights { get; init; } = [];

    /// <summary>Number of highest map values whose mean is the reading's score; 1 is the maximum.</summary>
    public int TopPixels { get; init; } = 200;
}
