using System.Globalization;

namespace Edge.Bench.Speed;

/// <summary>The memory this process holds, as Linux counts it.</summary>
internal static class ResidentMemory
{
    /// <summary>Gives back what earlier work left and counts the peak from now on.</summary>
    /// <returns>Whether the system allows it.</returns>
    public static bool ResetPeak()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Most bytes held since the last reset; null where the system does not tell.</summary>
    public static long? Peak()
    {
        const string path = "/proc/self/status", key = "VmHWM:";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? null : 1024 * long.Parse(line[key.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);
    }
}
