namespace Edge.Runtime.Scoring;

/// <summary>How the standardised maps of several T scales become one.</summary>
public enum MapAggregation
{
    /// <summary>The mean over the scales.</summary>
    Mean,

    /// <summary>The largest of the scales.</summary>
    Max,

    /// <summary>The mean under the weights of the <see cref="ScaleConstants"/>.</summary>
    Weighted,
}
