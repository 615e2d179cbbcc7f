using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Microsoft.Extensions.Logging;

namespace Edge.Cameras;

/// <summary>
/// A folder that fills with pictures. It is polled, because network drives report no changes. A file is taken once its size and time have
/// stood still and it decodes; what is still being written is waited for. Only when its result was handed on is a file deleted or moved,
/// so a process that dies finds the pictures it owes an answer for when it starts again.
/// </summary>
internal sealed class FolderCamera : ICamera
{
    /// <summary>How long a file that stands still may fail to decode before it is given up: some writers pause.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly FolderConfig config;
    private readonly FolderMemory memory;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly TimeSpan settle;
    private readonly TimeSpan poll;
    private readonly Dictionary<string, Candidate> candidates = new(StringComparer.Ordinal);
    private readonly Queue<string> ready = new();
    private (string Name, (long, DateTime) Version)? pending;

    /// <param name="config">The folder.</param>
    /// <param name="memory">What earlier openings took.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">For files that cannot be deleted or moved.</param>
    /// <exception cref="DeviceException">The folder, or the one that pictures are moved to, cannot be used.</exception>
    public FolderCamera(FolderConfig config, FolderMemory memory, TimeProvider time, ILogger log)
    {
        (this.config, this.memory, this.time, this.log) = (config, memory, time, log);
        settle = TimeSpan.FromMilliseconds(config.SettleMs);
        poll = TimeSpan.FromMilliseconds(Math.Clamp(config.SettleMs / 4, 20, 250));
        if (!Directory.Exists(config.Path))
            throw new DeviceException($"{config.Path}: no such folder; make it, or check camera.folder.path.");
        memory.Owner = this;
        if (config.DonePath is { } done)
            Try(done, () => Directory.CreateDirectory(done));
        if (!config.Existing && !memory.Begun)
            foreach (var (name, version) in List())
                memory.Add(name, version);
        memory.Begun = true;
    }

    public bool Waits => true;

    public bool Streams => false;

    public CaptureStatus Capture(CapturedFrame frame, TimeSpan patience)
    {
        // Being asked again says that the last picture arrived; only now it is taken.
        if (pending is { } last && File.Exists(Path.Combine(config.Path, last.Name)))
            memory.Add(last.Name, last.Version);
        pending = null;
        var start = time.GetTimestamp();
        while (true)
        {
            while (ready.TryDequeue(out var name))
                if (TryTake(name, frame))
                    return CaptureStatus.Captured;
            var before = time.GetTimestamp();
            Look();
            if (ready.Count > 0)
                continue;
            // A folder that takes long to list is listed more rarely.
            var pause = Max(poll, 4 * time.GetElapsedTime(before));
            var left = patience - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return CaptureStatus.Nothing;
            Thread.Sleep(pause < left ? pause : left);
        }
    }

    public void Trigger()
    {
    }

    public void Dispose()
    {
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static (long, DateTime) Version(FileInfo file) => (file.Length, file.LastWriteTimeUtc);

    /// <summary>The pictures that lie in the folder now, with their sizes and times.</summary>
    private Dictionary<string, (long, DateTime)> List() => Try(config.Path, () =>
    {
        Dictionary<string, (long, DateTime)> files = new(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(config.Path).EnumerateFiles())
            if (PictureFolder.IsPicture(file.Name) && file.Exists)
                files[file.Name] = Version(file);
        return files;
    });

    /// <summary>Finds the files that have stood still long enough, in the order of their names.</summary>
    private void Look()
    {
        var files = List();
        if (memory.Owner != this)
            return;
        var now = time.GetTimestamp();
        foreach (var gone in candidates.Keys.Where(name => !files.ContainsKey(name)).ToList())
            candidates.Remove(gone);
        memory.Prune(files.ContainsKey, files.Count);
        List<string> still = [];
        foreach (var (name, version) in files)
        {
            if (memory.Has(name, version))
                continue;
            if (!candidates.TryGetValue(name, out var candidate) || candidate.Version != version)
                candidates[name] = candidate = new Candidate(version, now, now);
            if (time.GetElapsedTime(candidate.Since, now) >= settle && now >= candidate.Next)
                still.Add(name);
        }
        still.Sort(StringComparer.Ordinal);
        foreach (var name in still)
            ready.Enqueue(name);
    }

    /// <returns>False when the file is gone, has changed, or cannot be decoded yet.</returns>
    /// <exception cref="PictureException">It stood still long enough and still is no picture.</exception>
    private bool TryTake(string name, CapturedFrame frame)
    {
        var candidate = candidates[name];
        var file = new FileInfo(Path.Combine(config.Path, name));
        try
        {
            if (IsUnchanged())
                using (var picture = PictureFile.Read(file.FullName, config.Depth ?? 0))
                {
                    file.Refresh();
                    if (IsUnchanged())
                    {
                        frame.Copy(picture.AsFrame());
                        (frame.PartId, frame.Completed) = (name, config.After == AfterInspection.Keep ? null : () => Complete(name));
                        Take();
                        return true;
                    }
                }
        }
        catch (PictureException e)
        {
            candidates[name] = candidate with { Next = time.GetTimestamp() + (long)(Retry.TotalSeconds * time.TimestampFrequency) };
            if (time.GetElapsedTime(candidate.Since) < settle + Doubt)
                return false;
            frame.PartId = name;
            Take();
            throw new PictureException($"{e.Message} The file is left alone from now on.", e);
        }
        return false;

        bool IsUnchanged() => file.Exists && Version(file) == candidate.Version;

        void Take()
        {
            candidates.Remove(name);
            pending = (name, candidate.Version);
        }
    }

    private void Complete(string name)
    {
        var path = Path.Combine(config.Path, name);
        try
        {
            if (config.After == AfterInspection.Delete)
                File.Delete(path);
            else
                Move(path);
            memory.Remove(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays known, so it is not inspected again while this process runs.
            log.LogError("{Path}: inspected, but cannot be {What} ({Reason}); mend that, or it is inspected again at the next start", path,
                config.After == AfterInspection.Delete ? "deleted" : $"moved to {config.DonePath}", e.Message);
        }
    }

    private void Move(string path)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        for (var number = 0; ; number++)
        {
            var target = Path.Combine(config.DonePath!, number == 0 ? stem + extension : $"{stem}-{number}{extension}");
            if (File.Exists(target))
                continue;
            File.Move(path, target);
            return;
        }
    }

    private static T Try<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{path}: cannot be used ({e.Message.ReplaceLineEndings(" ")}); check the folder, its permissions and its drive.", e);
        }
    }

    /// <summary>A file that was seen and not taken.</summary>
    /// <param name="Version">Its size and time.</param>
    /// <param name="Since">Since when these stand still.</param>
    /// <param name="Next">When it may be read again.</param>
    private readonly record struct Candidate((long, DateTime) Version, long Since, long Next);
}
