namespace Edge.Runtime.Bundles;

/// <summary>What a reading has on good pictures. The pictures that these constants are fitted on take no part in the calibration.</summary>
internal sealed record MapConstants
{
    /// <summary>[planes] range of each plane's divisor on good pictures, wider by the gate's rule; a divisor stays within. Empty where planes are not divided.</summary>
    public List<float> MedianLow { get; init; } = [];

    /// <inheritdoc cref="MedianLow"/>
    public List<float> MedianHigh { get; init; } = [];

    /// <summary>[planes] the median of the pictures' medians: what a picture's own median is drawn to. Empty where planes are not divided.</summary>
    public List<float> MedianUsual { get; init; } = [];

    /// <summary>[planes x zones] mean of each plane in each zone of distance from the border.</summary>
    public List<double> Mean { get; init; } = [];

    /// <summary>[planes x zones] its standard deviation.</summary>
    public List<double> Deviation { get; init; } = [];

    /// <summary>[widths x planes] what each standardised plane counts at each width: its weight over its deviation after smoothing.</summary>
    public List<float> PlaneWeight { get; init; } = [];

    /// <summary>[widths] mean of the combined planes, smoothed at each width.</summary>
    public List<float> WidthMean { get; init; } = [];

    /// <summary>[widths] their standard deviation.</summary>
    public List<float> WidthDeviation { get; init; } = [];

    /// <summary>[widths] the value above which a pixel is explained at this width and left out at the wider ones.</summary>
    public List<float> WidthLimit { get; init; } = [];

    /// <summary>How the reading's scores are spread over good pictures, which puts them on the scale that all readings share.</summary>
    public ScoreTail Tail { get; init; } = new();
}
