namespace Edge.Runtime.Bundles;

/// <summary>Two profiles of one bundle: the second is asked only where the first is not sure.</summary>
public sealed record CascadeSettings
{
    /// <summary>Name of the profile that reads every picture.</summary>
    public string First { get; init; } = "";

    /// <summary>Name of the profile that decides where the first one's p-value is borderline.</summary>
    public string Then { get; init; } = "";

    /// <summary>The least p-value of the first that is borderline, 0 to 1; below it the first has found a defect.</summary>
    public double From { get; init; } = 0.01;

    /// <summary>The greatest p-value of the first that is borderline, 0 to 1.</summary>
    public double To { get; init; } = 0.1;

    /// <summary>Share of the calibration's pictures that were borderline, 0 to 1: how often good pictures cost the second as well.</summary>
    public double Borderline { get; init; }
}
