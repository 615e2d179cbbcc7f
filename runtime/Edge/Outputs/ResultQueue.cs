using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Edge.Service;

namespace Edge.Outputs;

/// <summary>Results an output has yet to deliver, in order. Where there is no room the oldest that nobody has taken is dropped, and counted.</summary>
internal sealed class ResultQueue
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Channel<PartResult> channel;
    private readonly string output;
    private readonly Telemetry telemetry;
    private int pending;

    /// <param name="output">Name of the output in metrics.</param>
    /// <param name="capacity">Results that may wait, beside those taken.</param>
    /// <param name="telemetry">The metrics.</param>
    public ResultQueue(string output, int capacity, Telemetry telemetry)
    {
        (this.output, this.telemetry) = (output, telemetry);
        channel = Channel.CreateBounded<PartResult>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Dropped());
        // So that both are there to be watched before anything has happened.
        telemetry.OutputDelivered.Add(0, output);
        telemetry.OutputDropped.Add(0, output);
    }

    /// <summary>Results that wait, and those taken and not settled yet.</summary>
    public int Pending => Volatile.Read(ref pending);

    public void Add(PartResult result)
    {
        Interlocked.Increment(ref pending);
        channel.Writer.TryWrite(result);
    }

    /// <summary>Takes the oldest; it must be settled by <see cref="Delivered"/> or <see cref="Dropped"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out PartResult? result) => channel.Reader.TryRead(out result);

    /// <summary>Waits for the oldest and takes it, likewise.</summary>
    public ValueTask<PartResult> Take(CancellationToken stop) => channel.Reader.ReadAsync(stop);

    public void Delivered()
    {
        Interlocked.Decrement(ref pending);
        telemetry.OutputDelivered.Add(1, output);
    }

    public void Dropped()
    {
        Interlocked.Decrement(ref pending);
        telemetry.OutputDropped.Add(1, output);
    }

    /// <summary>Waits until all is settled, or time is up.</summary>
    public async Task Settled(CancellationToken deadline)
    {
        while (Pending > 0 && !deadline.IsCancellationRequested)
            await Task.Delay(Look, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
