using Edge.Runtime;
using Edge.Runtime.Bundles;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>
/// Private copies of bundles, by hash. The line runs from a copy, so that whoever replaces, damages or deletes the bundle while it runs
/// does not reach what is in use: ONNX Runtime maps weights from the file, and a file cut short under it would end the process.
/// </summary>
internal sealed class BundleCache(string state, ILogger log)
{
    private readonly string root = Path.Combine(state, "bundles-in-use");

    /// <summary>Reads a bundle, checks it whole, and makes it available as a private copy, itself checked.</summary>
    /// <exception cref="BundleException">The bundle is damaged or cannot be copied.</exception>
    public Bundle Load(string folder)
    {
        var source = Bundle.Load(folder);
        var copy = Path.Combine(root, source.Hash[..16]);
        if (Directory.Exists(copy))
            try
            {
                return Bundle.Load(copy);
            }
            catch (BundleException e)
            {
                log.LogWarning("The copy of {Bundle} was damaged ({Reason}) and is made anew", folder, e.Message);
                Directory.Delete(copy, recursive: true);
            }
        var beside = copy + ".partial";
        try
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
            foreach (var file in source.Files)
            {
                var target = Path.Combine(beside, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(folder, file), target);
            }
            // What was copied may have changed since it was read.
            if (Bundle.Load(beside).Hash != source.Hash)
                throw new BundleException($"{folder}: changed while it was read; try again when its writer is done.");
            Directory.Move(beside, copy);
            return Bundle.Load(copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{folder}: cannot be copied to {root} ({e.Message.ReplaceLineEndings(" ")}); make room there or set state to a folder that can be written.", e);
        }
    }

    /// <summary>Deletes the copies that are not in use.</summary>
    public void Prune(IEnumerable<string> inUse)
    {
        HashSet<string> keep = [.. inUse.Select(Path.GetFullPath)];
        try
        {
            if (Directory.Exists(root))
                foreach (var folder in Directory.EnumerateDirectories(root).Where(folder => !keep.Contains(Path.GetFullPath(folder))))
                    Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("Old copies of bundles stay in {Folder}: {Reason}", root, e.Message);
        }
    }
}
