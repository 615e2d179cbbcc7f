using System.Globalization;

namespace Edge.Bench.Speed;

/// <summary>The energy that the processor packages take, from Linux's RAPL counters. They count everything that runs, not this process alone.</summary>
internal sealed class EnergyMeter
{
    readonly (string Counter, long Range)[] _packages;
    readonly long[] _last;

    EnergyMeter((string Counter, long Range)[] packages)
    {
        _packages = packages;
        _last = [.. packages.Select(package => Read(package.Counter))];
    }

    /// <summary>Opens the counters; null where there are none that this user may read.</summary>
    /// <param name="folder">Where the kernel shows them.</param>
    public static EnergyMeter? Open(string folder = "/sys/class/powercap")
    {
        if (!Directory.Exists(folder))
            return null;
        try
        {
            var packages = Directory.GetDirectories(folder)
                .Where(zone => File.Exists(Path.Combine(zone, "name")) && File.ReadAllText(Path.Combine(zone, "name")).StartsWith("package", StringComparison.Ordinal))
                .Select(zone => (Path.Combine(zone, "energy_uj"), Read(Path.Combine(zone, "max_energy_range_uj")))).ToArray();
            return packages.Length > 0 ? new EnergyMeter(packages) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Joules since the last call, or since it was opened. A counter may have begun anew once in between.</summary>
    public double Joules()
    {
        var sum = 0L;
        for (var i = 0; i < _packages.Length; i++)
        {
            var value = Read(_packages[i].Counter);
            sum += value >= _last[i] ? value - _last[i] : value - _last[i] + _packages[i].Range;
            _last[i] = value;
        }
        return sum * 1e-6;
    }

    static long Read(string path) => long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
}
