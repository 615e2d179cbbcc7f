using Edge.Configuration;

namespace Edge.Service;

/// <summary>How the stations share the cores: threads of each, and how many may inspect at once so that together they do not take more than there are.</summary>
/// <param name="Total">Cores to share.</param>
/// <param name="Threads">Threads of a station's network, by its name.</param>
/// <param name="AtOnce">Inspections at once; the others wait their turn.</param>
internal sealed record CorePlan(int Total, IReadOnlyDictionary<string, int> Threads, int AtOnce)
{
    public static CorePlan For(EdgeConfig config, int processors)
    {
        var total = config.Threads > 0 ? config.Threads : Math.Max(1, processors - config.SpareCores);
        var asked = config.Stations.Sum(station => station.Threads);
        var open = config.Stations.Count(station => station.Threads == 0);
        var share = Math.Max(1, (total - asked) / Math.Max(1, open));
        var threads = config.Stations.ToDictionary(station => station.Name, station => station.Threads > 0 ? station.Threads : share);
        var atOnce = threads.Values.Sum() <= total ? threads.Count : Math.Max(1, total / threads.Values.Max());
        return new CorePlan(total, threads, atOnce);
    }

    public override string ToString() =>
        $"{Total} cores: {string.Join(", ", Threads.Select(pair => $"{pair.Key} {pair.Value}"))}; {AtOnce} of {Threads.Count} inspecting at once";
}
