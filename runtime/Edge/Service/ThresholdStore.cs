using System.Text.Json;
using Edge.Runtime.Bundles;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Thresholds set while running, kept across restarts. Each belongs to one profile of one bundle in one precision: with another it means nothing.</summary>
internal sealed class ThresholdStore
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly string path;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly Dictionary<string, OperatorThreshold> thresholds;

    /// <exception cref="Configuration.ConfigException">The file is damaged: what an operator set must not be lost in silence.</exception>
    public ThresholdStore(string state, ILogger log)
    {
        (path, this.log) = (Path.Combine(state, "thresholds.json"), log);
        try
        {
            thresholds = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, OperatorThreshold>>(File.ReadAllText(path), Options) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new Configuration.ConfigException($"{path}: damaged ({e.Message}); it holds the thresholds set by operators. Mend it, or delete it to go back to the bundles' own.", e);
        }
    }

    /// <summary>The threshold somebody set for this station, if it was set for this profile and precision of this bundle; null otherwise, which is logged.</summary>
    public double? For(string station, string bundleHash, ProfileKey profile)
    {
        lock (gate)
            if (!thresholds.TryGetValue(station, out var set))
                return null;
            else if (set.BundleHash == bundleHash && set.Profile == profile.ToString())
                return set.Threshold;
            else
                log.LogWarning("Station {Station}: the threshold {Threshold} set on {Time:u} was for another bundle, profile or precision and is not used", station, set.Threshold, set.Time);
        return null;
    }

    /// <summary>Sets or, with null, takes back.</summary>
    /// <exception cref="IOException">It cannot be kept; then nothing has changed.</exception>
    public void Set(string station, OperatorThreshold? threshold)
    {
        lock (gate)
        {
            Dictionary<string, OperatorThreshold> changed = new(thresholds);
            if (threshold is null)
                changed.Remove(station);
            else
                changed[station] = threshold;
            StateFile.Write(path, JsonSerializer.Serialize(changed, Options));
            thresholds.Remove(station);
            if (threshold is not null)
                thresholds[station] = threshold;
        }
    }
}
