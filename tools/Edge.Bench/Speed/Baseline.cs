using System.Text.Json;
using Edge.CommandLine;
using Edge.Runtime;

namespace Edge.Bench.Speed;

/// <summary>What an earlier run measured, from the lines it printed with <c>--json</c>.</summary>
internal sealed class Baseline
{
    readonly Dictionary<(string, string, int, double?), LatencyRow> _rows = [];
    readonly string _path;

    /// <exception cref="UsageException">The file cannot be read or is none of latency's.</exception>
    public Baseline(string path)
    {
        _path = path;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--baseline {path}: cannot be read ({e.Message.Split('\n')[0]}).", e);
        }
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            try
            {
                var row = JsonSerializer.Deserialize<LatencyRow>(lines[i], ResultJson.Options)!;
                _rows[Key(row)] = row;
            }
            catch (JsonException e)
            {
                throw new UsageException($"--baseline {path}: line {i + 1} is no line of 'edge-bench latency --json' of this version ({e.Message.Split('\n')[0]}).", e);
            }
        }
    }

    /// <summary>The row with the p50 of the same profile, variant, threads and rate.</summary>
    /// <param name="row">Measured now.</param>
    /// <exception cref="UsageException">The baseline is another machine's.</exception>
    public LatencyRow Compare(LatencyRow row)
    {
        if (!_rows.TryGetValue(Key(row), out var before))
            return row;
        return before.Cpu == row.Cpu && before.Provider == row.Provider
            ? row with { BaselineP50 = before.P50 }
            : throw new UsageException($"--baseline {_path}: was measured on {before.Cpu} with {before.Provider}, this is {row.Cpu} with {row.Provider}; take one on this machine.");
    }

    static (string, string, int, double?) Key(LatencyRow row) => (row.Profile, row.Variant, row.Threads, row.Rate);
}
