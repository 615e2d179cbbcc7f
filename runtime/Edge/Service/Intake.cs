using Edge.Runtime;
using Edge.Cameras;
using Edge.Configuration;

namespace Edge.Service;

/// <summary>
/// Where pictures and parts meet, between the camera's thread, the triggers and the station's thread. Back-pressure, by mode:
/// free_run keeps the newest picture and counts the one it replaces, unless the camera can wait (files): then the camera waits;
/// rate takes the first picture after each tick and counts the ticks that find the last part still waiting;
/// camera and external hold a bounded queue of parts, and a part too many is for the caller to answer at once.
/// </summary>
/// <param name="mode">What makes a part.</param>
/// <param name="queue">Parts that may wait, for camera and external; posted pictures too.</param>
/// <param name="nextId">Gives inspections their numbers.</param>
internal sealed class Intake(TriggerMode mode, int queue, Func<long> nextId)
{
    private readonly object gate = new();
    private readonly Queue<Part> waiting = new();
    private readonly Queue<Part> ready = new();
    private readonly Queue<Part> posted = new();
    private readonly Stack<CapturedFrame> spare = new();
    private long sequence;
    private bool closed;

    /// <summary>Pictures that were replaced by newer ones before they could be inspected.</summary>
    public long Superseded { get; private set; }

    /// <summary>Ticks of a fixed rate that came while the last part was still waiting.</summary>
    public long MissedTicks { get; private set; }

    /// <summary>Parts that wait now, with and without a picture.</summary>
    public int Depth
    {
        get
        {
            lock (gate)
                return waiting.Count + ready.Count + posted.Count;
        }
    }

    /// <summary>A buffer for the next picture.</summary>
    public CapturedFrame Rent()
    {
        lock (gate)
            return spare.TryPop(out var frame) ? frame : new CapturedFrame();
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(CapturedFrame frame)
    {
        frame.Reset();
        lock (gate)
            spare.Push(frame);
    }

    /// <summary>Takes a picture from the camera's thread.</summary>
    /// <param name="frame">The picture; the intake owns it from now on.</param>
    /// <param name="waits">Whether the camera can wait until there is room. Then no picture is ever replaced.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The part this picture began, where pictures make parts, and whether there was room for it; without room it must be answered
    /// at once and its picture given back.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended; the picture was not taken.</exception>
    public (Part Part, bool Fits)? Deliver(CapturedFrame frame, bool waits, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static gate => { lock (gate!) Monitor.PulseAll(gate); }, gate);
        lock (gate)
        {
            while (waits && !closed && !HasRoom())
            {
                stop.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
            stop.ThrowIfCancellationRequested();
            frame.Sequence = ++sequence;
            if (closed)
                return null;
            if (mode is TriggerMode.External or TriggerMode.Rate)
            {
                Match(frame, waits);
                return null;
            }

            if (mode == TriggerMode.FreeRun && !waits && ready.TryDequeue(out var older))
            {
                Superseded++;
                older.Frame!.Reset();
                spare.Push(older.Frame);
            }
            var part = new Part { Id = nextId(), PartId = frame.PartId, Begun = frame.Timestamp, Frame = frame };
            if (mode == TriggerMode.Camera && !waits && ready.Count >= queue)
                return (part, false);
            Enqueue(ready, part);
            return (part, true);
        }
    }

    /// <summary>Takes the news that a picture cannot be used, which is an answer too where it stands for a part.</summary>
    /// <param name="partId">The part's id where the camera knows it; such a picture always stands for that part.</param>
    /// <param name="now">When the picture failed.</param>
    /// <param name="eachCounts">Whether the camera takes no picture but those it was asked for.</param>
    /// <returns>The part that must be answered; null where the next picture will do instead.</returns>
    public Part? Fail(string? partId, long now, bool eachCounts)
    {
        lock (gate)
            return closed ? null
                : mode == TriggerMode.Camera || partId is not null ? new Part { Id = nextId(), PartId = partId, Begun = now }
                : eachCounts && waiting.TryDequeue(out var part) ? part
                : null;
    }

    /// <summary>Begins a part that will get the first picture taken after it began.</summary>
    /// <returns>The part, and whether there was room for it; without room it must be answered at once. Null when closed.</returns>
    public (Part Part, bool Fits)? Trigger(string? partId, long now)
    {
        lock (gate)
        {
            if (closed)
                return null;
            var part = new Part { Id = nextId(), PartId = partId, Begun = now };
            if (waiting.Count + ready.Count >= queue)
                return (part, false);
            Enqueue(waiting, part);
            return (part, true);
        }
    }

    /// <summary>A tick of a fixed rate: begins a part, unless the last one still waits.</summary>
    public void Tick(long now)
    {
        lock (gate)
            if (closed)
                return;
            else if (waiting.Count + ready.Count > 0)
                MissedTicks++;
            else
                Enqueue(waiting, new Part { Id = nextId(), Begun = now });
    }

    /// <summary>Takes a posted picture, to be inspected when no part of the line waits.</summary>
    /// <returns>False when too many wait already or the station is closed.</returns>
    public bool TryPost(CapturedFrame frame, long now, TaskCompletionSource<PostedResult> reply)
    {
        lock (gate)
        {
            if (closed || posted.Count >= queue)
                return false;
            Enqueue(posted, new Part { Id = nextId(), Begun = now, Frame = frame, Reply = reply });
            return true;
        }
    }

    /// <summary>The next part to inspect: parts of the line first. Null when none came in time.</summary>
    public Part? Take(TimeSpan patience)
    {
        lock (gate)
        {
            if (ready.Count + posted.Count == 0 && !closed)
                Monitor.Wait(gate, patience);
            var part = ready.TryDequeue(out var first) || posted.TryDequeue(out first) ? first : null;
            if (part is not null)
                Monitor.PulseAll(gate);
            return part;
        }
    }

    /// <summary>Forgets a part whose answer has been given without an inspection.</summary>
    public void Remove(Part part)
    {
        Action? completed = null;
        lock (gate)
        {
            Remove(waiting, part);
            if (Remove(ready, part) && part.Frame is { } frame)
            {
                completed = frame.Completed;
                frame.Reset();
                spare.Push(frame);
            }
            Monitor.PulseAll(gate);
        }
        completed?.Invoke();
    }

    /// <summary>Takes nothing more. Parts with a picture can still be taken; those without are returned, to be answered.</summary>
    public IReadOnlyList<Part> Close()
    {
        lock (gate)
        {
            closed = true;
            List<Part> unanswered = [.. waiting];
            waiting.Clear();
            Monitor.PulseAll(gate);
            return unanswered;
        }
    }

    /// <summary>Whether nothing is left to take after <see cref="Close"/>.</summary>
    public bool IsDrained
    {
        get
        {
            lock (gate)
                return closed && ready.Count + posted.Count == 0;
        }
    }

    private bool HasRoom() => mode is TriggerMode.External or TriggerMode.Rate ? waiting.Count > 0 : ready.Count == 0;

    private void Match(CapturedFrame frame, bool waits)
    {
        // A part wants a picture of itself, so none that a live camera took before it began. Files do not age: each part gets the next.
        if (waiting.TryPeek(out var part) && (waits || frame.Timestamp >= part.Begun))
        {
            part.Frame = frame;
            Enqueue(ready, waiting.Dequeue());
        }
        else
        {
            frame.Reset();
            spare.Push(frame);
        }
    }

    private void Enqueue(Queue<Part> parts, Part part)
    {
        parts.Enqueue(part);
        Monitor.PulseAll(gate);
    }

    private static bool Remove(Queue<Part> parts, Part part)
    {
        var found = false;
        for (var n = parts.Count; n > 0; n--)
            if (parts.Dequeue() is var other && other == part)
                found = true;
            else
                parts.Enqueue(other);
        return found;
    }
}
