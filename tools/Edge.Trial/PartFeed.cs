using System.Diagnostics;

namespace Edge.Trial;

/// <summary>Takes parts through a PLC's handshake at an even rate until told to stop, and counts what became of each.</summary>
internal sealed class PartFeed(int port, TimeSpan period)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private int number;

    public PartCount Count { get; } = new();

    /// <summary>A PLC that has stopped acknowledging.</summary>
    public volatile bool Silent;

    /// <summary>When a part was last inspected.</summary>
    public long LastInspected { get; private set; }

    /// <summary>Milliseconds from the trigger to the answer as the PLC saw them.</summary>
    public List<double> Milliseconds { get; } = [];

    /// <summary>Parts that had to wait for the box when their time came.</summary>
    public int Late { get; private set; }

    public async Task Run(CancellationToken stop)
    {
        using var plc = new Plc(port);
        var next = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
            try
            {
                next += (long)(period.TotalSeconds * Stopwatch.Frequency);
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, stop);
                else if (wait < -period)
                    (Late, next) = (Late + 1, Stopwatch.GetTimestamp());
                await Part(plc, stop);
            }
            catch (IOException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private async Task Part(Plc plc, CancellationToken stop)
    {
        if (!await Until(plc, inputs => inputs[Plc.Ready] || inputs[Plc.Error], TimeSpan.FromSeconds(30), stop))
            return;
        if ((await plc.Inputs(stop))[Plc.Error])
            await Clear(plc, stop);
        await plc.WritePartId($"p{++number}", stop);
        var offered = false;
        try
        {
            await plc.Write(0, true, stop);
            var start = Stopwatch.GetTimestamp();
            Count.Offered++;
            offered = true;
            await Until(plc, inputs => inputs[Plc.ResultsReady] || inputs[Plc.Error], TimeSpan.FromSeconds(30), CancellationToken.None);
            var inputs = await plc.Inputs(CancellationToken.None);
            if (inputs[Plc.ResultsReady] && !inputs[Plc.Error])
            {
                Milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                var seen = (await plc.Registers(CancellationToken.None))[3] is 1 or 2;
                offered = false;
                if (!seen)
                    Count.Unseen++;
                else
                    (Count.Inspected, LastInspected) = (Count.Inspected + 1, Stopwatch.GetTimestamp());
                while (Silent && !stop.IsCancellationRequested)
                    await Task.Delay(Poll, CancellationToken.None);
                await plc.Write(1, true, CancellationToken.None);
                await plc.Write(0, false, CancellationToken.None);
                await plc.Write(1, false, CancellationToken.None);
            }
            else if (inputs[Plc.Error])
            {
                offered = false;
                Count.Refused++;
                await Clear(plc, CancellationToken.None);
            }
        }
        catch (IOException) when (offered)
        {
            Count.Broken++;
            throw;
        }
    }

    private static async Task Clear(Plc plc, CancellationToken stop)
    {
        await plc.Write(0, false, stop);
        await plc.Write(2, true, stop);
        await plc.Write(2, false, stop);
    }

    private static async Task<bool> Until(Plc plc, Func<bool[], bool> condition, TimeSpan patience, CancellationToken stop)
    {
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < patience; await Task.Delay(Poll, stop))
            if (condition(await plc.Inputs(stop)))
                return true;
        return false;
    }
}
