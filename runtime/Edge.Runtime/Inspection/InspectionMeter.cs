using System.Diagnostics.Metrics;

namespace Edge.Runtime.Inspection;

/// <summary>The library's instruments, of the meter "Edge.Runtime". They allocate nothing and cost nothing while nobody listens.</summary>
internal static class InspectionMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Edge.Runtime";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Inspections =
        Meter.CreateCounter<long>("edge.runtime.inspections", description: "Pictures inspected, by bundle, profile and outcome.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("edge.runtime.inspection.duration", "ms", "Time from the frame in memory to the result; with a path, from the file.");

    private static readonly string[] Outcomes = [.. Enum.GetNames<Outcome>().Select(name => name.ToLowerInvariant())];

    /// <summary>Counts a result.</summary>
    public static void Record(InspectionResult result)
    {
        if (!Inspections.Enabled && !Duration.Enabled)
            return;
        KeyValuePair<string, object?> bundle = new("bundle", result.Bundle), profile = new("profile", result.Profile);
        Inspections.Add(1, bundle, profile, new("outcome", Outcomes[(int)result.Outcome]));
        Duration.Record(result.Milliseconds, bundle, profile);
    }
}
