namespace Edge.Service;

/// <summary>Snapshots that wait to be written, bounded by count and bytes. Where there is no room, the least precious kind gives way.</summary>
internal sealed class SnapshotQueue
{
    /// <summary>Snapshots at most.</summary>
    public const int MostCount = 64;

    /// <summary>Bytes at most, but for one that is larger alone.</summary>
    public const long MostBytes = 256L << 20;

    private readonly Queue<Snapshot>[] kinds = [new(), new(), new()];
    private long bytes;
    private bool closed;

    /// <summary>Adds a snapshot.</summary>
    /// <returns>How many were lost for it, or with it.</returns>
    public int Add(PictureKind kind, Snapshot snapshot)
    {
        lock (kinds)
        {
            var lost = 0;
            while (!HasRoom(snapshot))
            {
                if (closed || Last(after: kind) is not { } lesser)
                    return lost + 1;
                bytes -= Size(lesser.Dequeue());
                lost++;
            }
            kinds[(int)kind].Enqueue(snapshot);
            bytes += Size(snapshot);
            Monitor.Pulse(kinds);
            return lost;
        }
    }

    /// <summary>The next to write, the most precious kind first; null when none came in time.</summary>
    public Snapshot? Take(TimeSpan patience)
    {
        lock (kinds)
        {
            if (Count == 0 && !closed)
                Monitor.Wait(kinds, patience);
            if (kinds.FirstOrDefault(queue => queue.Count > 0)?.Dequeue() is not { } snapshot)
                return null;
            bytes -= Size(snapshot);
            return snapshot;
        }
    }

    /// <summary>Takes nothing more; what is there can still be taken.</summary>
    public void Close()
    {
        lock (kinds)
        {
            closed = true;
            Monitor.PulseAll(kinds);
        }
    }

    public bool IsDrained
    {
        get
        {
            lock (kinds)
                return closed && Count == 0;
        }
    }

    public int Count
    {
        get
        {
            lock (kinds)
                return kinds.Sum(queue => queue.Count);
        }
    }

    private bool HasRoom(Snapshot snapshot) => !closed && (Count == 0 || Count < MostCount && bytes + Size(snapshot) <= MostBytes);

    private Queue<Snapshot>? Last(PictureKind after) => kinds.Skip((int)after + 1).LastOrDefault(queue => queue.Count > 0);

    private static long Size(Snapshot snapshot) => snapshot.AsFrame().Pixels.Length + sizeof(float) * (long)snapshot.Map.Length;
}
