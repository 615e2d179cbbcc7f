using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>An output that delivers its results in order, one at a time, each until it is delivered or refused for good.</summary>
/// <param name="name">See <see cref="IOutput.Name"/>.</param>
/// <param name="capacity">Results that may wait; then the oldest is dropped.</param>
/// <param name="longestPause">Longest pause between two attempts.</param>
/// <param name="context">What every output is given.</param>
internal abstract class QueuedOutput(string name, int capacity, TimeSpan longestPause, OutputContext context) : IOutput
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);

    /// <summary>How long an attempt under way may take to notice that it is given up.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ResultQueue queue = new(name, capacity, context.Telemetry);
    private readonly CancellationTokenSource stopping = new();
    private Task work = Task.CompletedTask;
    private volatile string? fault;

    public string Name => name;

    public string? Fault => fault;

    public int Pending => queue.Pending;

    protected OutputContext Context => context;

    protected ILogger Log { get; } = context.Log.CreateLogger($"output.{name}");

    public virtual void Start(Line line) => work = Task.Run(Work);

    public void Publish(PartResult result)
    {
        if (Wants(result))
            queue.Add(result);
    }

    public void StateChanged(LineState state) { }

    public Task Flush(CancellationToken deadline) => queue.Settled(deadline);

    public virtual async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(work, Task.Delay(Farewell));
    }

    protected virtual bool Wants(PartResult result) => true;

    /// <summary>Tries once to deliver a result. Only one attempt is under way at a time.</summary>
    protected abstract Task<Attempt> Try(PartResult result, CancellationToken stop);

    private async Task Work()
    {
        var stop = stopping.Token;
        while (!stop.IsCancellationRequested)
            try
            {
                await Deliver(await queue.Take(stop), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
    }

    private async Task Deliver(PartResult result, CancellationToken stop)
    {
        var backoff = new Backoff(FirstPause, longestPause);
        while (true)
        {
            var attempt = await Guarded(result, stop);
            if (attempt.Fault is not null && fault is null)
                Log.LogWarning("{Output} cannot deliver: {Fault}", name, attempt.Fault);
            else if (attempt.Fault is null && fault is not null)
                Log.LogInformation("{Output} delivers again", name);
            fault = attempt.Fault;
            if (attempt.Fault is null)
            {
                queue.Delivered();
                return;
            }
            if (attempt.Final)
            {
                Log.LogError("{Output} drops the result of inspection {Id}: {Fault}", name, result.Id, attempt.Fault);
                queue.Dropped();
                return;
            }
            var pause = backoff.Next();
            await Task.Delay(attempt.RetryAfter > pause ? attempt.RetryAfter.Value : pause, stop);
        }
    }

    private async Task<Attempt> Guarded(PartResult result, CancellationToken stop)
    {
        try
        {
            return await Try(result, stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // One result that cannot even be tried must not end the output.
            Log.LogError(e, "{Output} failed at inspection {Id}", name, result.Id);
            return new Attempt(e.Message, Final: true);
        }
    }
}
