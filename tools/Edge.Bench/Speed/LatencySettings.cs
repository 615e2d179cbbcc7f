using Edge.Runtime.Bundles;

namespace Edge.Bench.Speed;

/// <summary>What <c>latency</c> is asked to do.</summary>
internal sealed record LatencySettings
{
    /// <summary>The bundle's folder.</summary>
    public required string Bundle { get; init; }

    /// <summary>Profiles with their precision; none = all.</summary>
    public ProfileKey[] Profiles { get; init; } = [];

    /// <summary>Threads of one evaluation, one after the other; none = the processors.</summary>
    public int[] Threads { get; init; } = [];

    /// <summary>Pictures timed a line.</summary>
    public int Pictures { get; init; } = 50;

    /// <summary>Pictures due a second; null inspects one right after the other.</summary>
    public double? Rate { get; init; }

    /// <summary>Adds the cost of the field's standard.</summary>
    public bool WithPeer { get; init; }

    /// <summary>A data set to measure accuracy on; null measures none.</summary>
    public string? Data { get; init; }

    /// <summary>Bits of the data set's 16-bit pictures that the sensor fills; 0 takes what each file says.</summary>
    public int Depth { get; init; }

    /// <summary>A file for the plot, .svg or .png; null plots nothing. Needs <see cref="Data"/>.</summary>
    public string? Plot { get; init; }

    /// <summary>What an earlier run printed with --json; null compares nothing.</summary>
    public string? Baseline { get; init; }

    /// <summary>Share by which p50 may exceed the baseline's.</summary>
    public double Tolerance { get; init; } = 0.1;

    public OutputFormat Format { get; init; }
}
