using Edge.Drawing;
using Edge.Service;

namespace Edge.Web;

/// <summary>The last picture and the last NG parts of one station, encoded on the thread pool. At most a few snapshots wait to be encoded.</summary>
internal sealed class StationPictures(TimeProvider time)
{
    private const int Kept = 12, Waiting = 3, LongestSide = 960;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200), Interest = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Queue<Snapshot> rejectedSnapshots = new();
    private readonly List<LivePicture> rejected = [];
    private Snapshot? newest;
    private LivePicture? shown;
    private bool encoding;
    private long? asked, liveTaken, rejectedTaken;

    /// <summary>NG parts that were inspected but came too fast for the strip.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether this part's picture is wanted. True is counted as taken.</summary>
    public bool Wants(PartResult result)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var live = Within(asked, Interest, now) && !Within(liveTaken, Interval, now);
            var ng = result.Verdict == ResultVerdict.Ng && !Within(rejectedTaken, Interval, now);
            if (live)
                liveTaken = now;
            if (ng)
                rejectedTaken = now;
            else if (result.Verdict == ResultVerdict.Ng && !live)
                Skipped++;
            return live || ng;
        }
    }

    public void Take(Snapshot snapshot)
    {
        lock (gate)
        {
            newest = snapshot;
            if (snapshot.Result.Verdict == ResultVerdict.Ng)
                if (rejectedSnapshots.Count < Waiting)
                    rejectedSnapshots.Enqueue(snapshot);
                else
                    Skipped++;
            if (encoding)
                return;
            encoding = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static pictures => pictures.Encode(), this, preferLocal: false);
    }

    public LivePicture? Watch()
    {
        lock (gate)
        {
            asked = time.GetTimestamp();
            return shown;
        }
    }

    /// <summary>The last NG parts, newest first.</summary>
    public IReadOnlyList<LivePicture> Rejected()
    {
        lock (gate)
            return [.. rejected];
    }

    private void Encode()
    {
        while (Next() is { } snapshot)
        {
            LivePicture? picture;
            try
            {
                picture = new LivePicture(snapshot.Result, Overlay.RenderPicture(snapshot.AsFrame(), LongestSide),
                    Overlay.RenderMap(snapshot.AsFrame(), snapshot.Map, snapshot.MapThreshold, LongestSide));
            }
            catch (Exception)
            {
                // Nobody waits for this picture; out of memory, it is the one to do without.
                picture = null;
            }
            lock (gate)
                Keep(picture);
        }
    }

    private Snapshot? Next()
    {
        lock (gate)
        {
            if (rejectedSnapshots.TryDequeue(out var snapshot))
            {
                if (newest == snapshot)
                    newest = null;
                return snapshot;
            }
            (snapshot, newest) = (newest, null);
            encoding = snapshot is not null;
            return snapshot;
        }
    }

    private void Keep(LivePicture? picture)
    {
        if (picture is null)
        {
            Skipped++;
            return;
        }
        if (shown is null || shown.Result.Id < picture.Result.Id)
            shown = picture;
        if (picture.Result.Verdict != ResultVerdict.Ng || rejected.Any(other => other.Result.Id == picture.Result.Id))
            return;
        rejected.Insert(0, picture);
        if (rejected.Count > Kept)
            rejected.RemoveAt(Kept);
    }

    private bool Within(long? moment, TimeSpan span, long now) => moment is { } then && time.GetElapsedTime(then, now) < span;
}
