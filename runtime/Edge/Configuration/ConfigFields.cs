using Edge.Runtime;
using System.Collections;
using System.Globalization;

namespace Edge.Configuration;

/// <summary>A configuration as a flat list of keys and values, to tell what changed between two.</summary>
internal static class ConfigFields
{
    /// <summary>What a reload can change; all else waits for a restart. Of a station, by its own keys.</summary>
    private static readonly string[] LiveOfStation =
    [
        "bundle", "profile", "precision", "alpha", "threshold", "device", "spinning", "half_precision", "cuda_graph", "ignore_mask", "regions", "trigger.deadline_ms",
    ];
    private static readonly string[] Live = ["store", "drift"];

    /// <summary>Keys that differ, stations by their name, in two lists: those a reload can change and those it cannot.</summary>
    public static (IReadOnlyList<string> Live, IReadOnlyList<string> NeedRestart) Differences(EdgeConfig before, EdgeConfig after)
    {
        var (old, now) = (Flatten(before), Flatten(after));
        List<string> changed = [.. old.Keys.Union(now.Keys).Where(key => old.GetValueOrDefault(key) != now.GetValueOrDefault(key)).Order(StringComparer.Ordinal)];
        return ([.. changed.Where(IsLive)], [.. changed.Where(key => !IsLive(key))]);
    }

    /// <summary>The running configuration with what a reload can change taken from another. Stations that are new or gone wait for a restart.</summary>
    public static EdgeConfig WithLive(EdgeConfig running, EdgeConfig read) => running with
    {
        Store = read.Store, Drift = read.Drift,
        Stations = [.. running.Stations.Select(station => read.Stations.FirstOrDefault(other => other.Name == station.Name) is { } other
            ? station with
            {
                Bundle = other.Bundle, Profile = other.Profile, Precision = other.Precision, Alpha = other.Alpha, Threshold = other.Threshold, Device = other.Device,
                Spinning = other.Spinning, HalfPrecision = other.HalfPrecision, CudaGraph = other.CudaGraph,
                IgnoreMask = other.IgnoreMask, Regions = other.Regions, Trigger = station.Trigger with { DeadlineMs = other.Trigger.DeadlineMs },
            }
            : station)],
    };

    private static bool IsLive(string key)
    {
        var (list, rest) = key.StartsWith("stations[", StringComparison.Ordinal) ? (LiveOfStation, key[(key.IndexOf("].", StringComparison.Ordinal) + 2)..]) : (Live, key);
        return list.Any(live => rest == live || rest.StartsWith(live + ".", StringComparison.Ordinal) || rest.StartsWith(live + "[", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Flatten(EdgeConfig config)
    {
        Dictionary<string, string> fields = [];
        Visit(config, "", fields);
        return fields;
    }

    private static void Visit(object? value, string key, Dictionary<string, string> fields)
    {
        if (value is null)
            return;
        if (value is string or ValueType)
            fields[key] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        else if (value is IList list)
            for (var i = 0; i < list.Count; i++)
                Visit(list[i], $"{key}[{(list[i] is StationConfig station ? station.Name : i)}]", fields);
        else
            foreach (var property in value.GetType().GetProperties().Where(property => property.CanWrite))
                Visit(property.GetValue(value), key.Length == 0 ? ConfigNames.Of(property.Name) : $"{key}.{ConfigNames.Of(property.Name)}", fields);
    }
}
