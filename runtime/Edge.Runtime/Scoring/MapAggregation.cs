namespace Edge.Runtime.Scoring;

/// <summary>How the standardised planes of a measurement become one.</summary>
public enum MapAggregation
{
    /// <summary>The mean of the planes.</summary>
    Mean,

    /// <summary>The largest of the planes.</summary>
    Max,

    /// <summary>The mean of the planes under weights.</summary>
    Weighted,
}
