using Edge.Configuration;
using Edge.Runtime.Bundles;

namespace Edge.Service;

/// <summary>Tells when the configuration or a bundle has changed on disk and stands still again. Looks at dates and sizes, so that network drives work.</summary>
internal sealed class ChangeWatch(string configPath)
{
    private string? known;
    private string? candidate;

    /// <summary>Looks once; call it at even intervals. True when what was seen the last time had changed and is still the same.</summary>
    public bool HasChanged(EdgeConfig config)
    {
        var now = string.Join('\n', config.Stations.Select(station => BundleManifest.PathIn(station.Bundle)).Prepend(configPath).Select(Mark));
        known ??= now;
        var settled = now == candidate;
        candidate = now;
        if (now == known || !settled)
            return false;
        known = now;
        return true;
    }

    private static string Mark(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}" : path;
    }
}
