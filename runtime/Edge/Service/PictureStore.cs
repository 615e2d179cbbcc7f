using Edge.Runtime;
using System.Text;
using Edge.CommandLine;
using Edge.Commands;
using Edge.Configuration;
using Edge.Drawing;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>
/// Keeps pictures of NG, borderline and sampled good parts, each kind within its quota: kind/day/station-id.png or .jpg, the result beside it as
/// .json, and an overlay. A thread of its own writes; whatever happens to the disk, inspection goes on, and what is not kept is counted.
/// </summary>
internal sealed class PictureStore : ISnapshotSink, IAsyncDisposable
{
    private const long Megabyte = 1 << 20;

    /// <summary>What the files of a picture take beside their content.</summary>
    private const long Overhead = 32 << 10;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>How long a disk that failed is left alone before it is tried again without a picture.</summary>
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(5);

    /// <summary>How long writing what waits may take when the service stops.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(10);

    private static readonly PictureKind[] Kinds = Enum.GetValues<PictureKind>();

    private readonly string folder;
    private readonly Telemetry telemetry;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SnapshotQueue queue = new();
    private readonly PictureShelf[] shelves;
    private readonly Thread thread;
    private volatile StoreConfig config;
    private volatile string? fault;
    private bool scanned;
    private long failedBytes;
    private long failed;
    private long stopping;
    private long good;

    /// <param name="folder">Where the kinds' folders are, made when needed.</param>
    /// <param name="config">Quotas and format.</param>
    /// <param name="telemetry">The metrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public PictureStore(string folder, StoreConfig config, Telemetry telemetry, TimeProvider time, ILogger log)
    {
        (this.folder, this.config, this.telemetry, this.time, this.log) = (folder, config, telemetry, time, log);
        shelves = [.. Kinds.Select(kind => new PictureShelf(Path.Combine(folder, Name(kind))))];
        thread = new Thread(Work) { IsBackground = true, Name = "store" };
    }

    /// <summary>What keeps it from keeping pictures, and since when; null when nothing does.</summary>
    public string? Fault => fault;

    public void Start() => thread.Start();

    /// <summary>Takes new quotas; pictures above them go within a second.</summary>
    public void Configure(StoreConfig config) => this.config = config;

    public bool Wants(PartResult result)
    {
        var (kind, now) = (KindOf(result), config);
        return Quota(now, kind).MaxMb > 0 && (kind != PictureKind.Ok || (Interlocked.Increment(ref good) - 1) % now.Ok.Every == 0);
    }

    public void Take(Snapshot snapshot)
    {
        if (queue.Add(KindOf(snapshot.Result), snapshot) is var lost and > 0)
            Drop("queue", lost);
    }

    /// <summary>Writes what waits, for as long as that may take, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref stopping, time.GetTimestamp());
        queue.Close();
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
            await Task.Run(() => thread.Join(2 * FlushTime));
    }

    private void Work()
    {
        var (patience, tidied) = (TimeSpan.Zero, 0L);
        while (!queue.IsDrained)
        {
            var snapshot = queue.Take(patience);
            if (Interlocked.Read(ref stopping) is not 0 and var since && time.GetElapsedTime(since) > FlushTime)
            {
                Drop("queue", queue.Count + (snapshot is null ? 0 : 1));
                return;
            }
            var kept = snapshot is null;
            try
            {
                if (snapshot is not null)
                    Keep(snapshot);
                kept = true;
                if (snapshot is null || time.GetElapsedTime(tidied) >= Tick)
                {
                    tidied = time.GetTimestamp();
                    Tidy();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(e.Message.ReplaceLineEndings(" "));
                if (!kept)
                    Drop("disk");
            }
            catch (Exception e)
            {
                // Whatever is wrong with this picture, the next one is kept.
                log.LogError(e, "Picture {Id} of {Station} cannot be kept", snapshot?.Result.Id, snapshot?.Result.Station);
                if (!kept)
                    Drop("error");
            }
            Report();
            patience = Tick;
        }
    }

    private void Keep(Snapshot snapshot)
    {
        Scan();
        var (kind, now) = (KindOf(snapshot.Result), config);
        var (shelf, quota) = (shelves[(int)kind], Quota(now, kind).MaxMb * Megabyte);
        var files = Files(snapshot, kind, now);
        var picture = StoredPicture.Of(snapshot.Result, files.Sum(file => (long)file.Content.Length));
        if (picture.Bytes > quota)
        {
            log.LogWarning("A picture of {Bytes} bytes is more than all of store.{Kind}.max_mb; give it more", picture.Bytes, Name(kind));
            Drop("quota");
            return;
        }
        failedBytes = picture.Bytes;
        while (shelf.Bytes + picture.Bytes > quota && shelf.Evict())
        {
        }
        MakeRoom(picture.Bytes, now);
        shelf.Write(picture, files);
        Recover();
    }

    /// <summary>What is due without a picture: the first look at the folder, quotas, and another try of a disk that failed.</summary>
    private void Tidy()
    {
        if (fault is not null && time.GetElapsedTime(failed) < Probation)
            return;
        Scan();
        var now = config;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var kind in Kinds)
        {
            var (shelf, quota) = (shelves[(int)kind], Quota(now, kind));
            // Only the oldest are looked at: a picture that a wrong clock dated back stays as long as those taken before it.
            while (shelf.Bytes > quota.MaxMb * Megabyte || shelf.OldestDay is { } day && today.DayNumber - day.DayNumber > quota.MaxDays)
                shelf.Evict();
        }
        if (fault is null)
            return;
        // Without parts there are no pictures, and without readiness there may be no parts: so the disk is tried with as much as it refused.
        MakeRoom(failedBytes, now);
        var probe = Path.Combine(folder, "probe" + StoredPicture.Partial);
        try
        {
            File.WriteAllBytes(probe, new byte[failedBytes]);
        }
        finally
        {
            File.Delete(probe);
        }
        Recover();
    }

    private void Scan()
    {
        if (scanned)
            return;
        var removed = 0;
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, "probe" + StoredPicture.Partial));
        foreach (var shelf in shelves)
            removed += shelf.Scan();
        scanned = true;
        log.LogInformation("{Pictures} pictures, {Megabytes} MB; {Removed} leftovers removed", shelves.Sum(shelf => shelf.Count), shelves.Sum(shelf => shelf.Bytes) / Megabyte, removed);
    }

    /// <summary>Leaves the others their share of the disk. NG goes by its own quota only.</summary>
    /// <exception cref="IOException">There is nothing left to remove.</exception>
    private void MakeRoom(long bytes, StoreConfig now)
    {
        var disk = new DriveInfo(folder);
        while (disk.AvailableFreeSpace is var free && free - bytes - Overhead < now.FreeMb * Megabyte)
            if (!shelves[(int)PictureKind.Ok].Evict() && !shelves[(int)PictureKind.Borderline].Evict())
                throw new IOException($"disk full: {free / Megabyte} MB free in {folder}, and store.free_mb leaves {now.FreeMb} to others");
    }

    private static List<(string Ending, byte[] Content)> Files(Snapshot snapshot, PictureKind kind, StoreConfig now)
    {
        var (result, jpeg) = (snapshot.Result, now.Format == StoreFormat.Jpeg);
        var frame = snapshot.AsFrame();
        List<(string, byte[])> files = [(StoredPicture.Pictures[jpeg ? 1 : 0], PictureWriter.Encode(frame, jpeg))];
        if (now.Overlays && kind != PictureKind.Ok)
            files.Add((StoredPicture.Overlay, Overlay.Render(frame, snapshot.Map, snapshot.MapThreshold,
                new OverlayCaption(kind == PictureKind.Ng, result.Score ?? double.NaN, result.Threshold, result.PValue ?? double.NaN,
                    $"{new ProfileKey(result.Profile, result.Precision)}", result.PartId ?? $"{result.Station}-{result.Id}"),
                jpeg: true)));
        var sidecar = new StringWriter();
        JsonLines.Write(sidecar, result);
        files.Add((StoredPicture.Sidecar, Encoding.UTF8.GetBytes(sidecar.ToString())));
        return files;
    }

    private void Fail(string problem)
    {
        failed = time.GetTimestamp();
        if (fault is not null)
            return;
        fault = $"{problem}, since {time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
        log.LogError("No pictures are kept: {Problem}", problem);
    }

    private void Recover()
    {
        if (fault is null)
            return;
        log.LogWarning("Pictures are kept again, after: {Fault}", fault);
        fault = null;
    }

    private void Drop(string reason, int count = 1) => telemetry.StoreDropped.Add(count, reason);

    private void Report()
    {
        foreach (var kind in Kinds)
        {
            telemetry.StoreBytes.Set(shelves[(int)kind].Bytes, Name(kind));
            telemetry.StorePictures.Set(shelves[(int)kind].Count, Name(kind));
        }
    }

    private PictureKind KindOf(PartResult result)
    {
        var borderline = config.Borderline;
        return result.Verdict == ResultVerdict.Ng ? PictureKind.Ng
            : borderline.MaxMb > 0 && result.PValue <= borderline.PValue ? PictureKind.Borderline
            : PictureKind.Ok;
    }

    private static QuotaConfig Quota(StoreConfig config, PictureKind kind) => kind switch
    {
        PictureKind.Ng => config.Ng,
        PictureKind.Borderline => config.Borderline,
        _ => config.Ok,
    };

    private static string Name(PictureKind kind) => ConfigNames.Of(kind.ToString());
}
