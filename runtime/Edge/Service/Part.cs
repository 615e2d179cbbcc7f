using Edge.Runtime;
using Edge.Cameras;

namespace Edge.Service;

/// <summary>Something that must get exactly one answer: a part on the line, or a picture posted by HTTP.</summary>
internal sealed class Part
{
    private int finished;

    /// <summary>See <see cref="PartResult.Id"/>.</summary>
    public required long Id { get; init; }

    public string? PartId { get; init; }

    /// <summary>When it began, on the monotonic clock.</summary>
    public required long Begun { get; init; }

    /// <summary>Its picture, once there is one.</summary>
    public CapturedFrame? Frame { get; set; }

    /// <summary>Who waits for the answer to a posted picture; null for parts on the line, whose answers go to the outputs.</summary>
    public TaskCompletionSource<PostedResult>? Reply { get; init; }

    /// <summary>Wakes when the answer is due; null without a deadline.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>True for the first who asks: whoever gets it gives the answer.</summary>
    public bool TryFinish() => Interlocked.Exchange(ref finished, 1) == 0;

    public bool IsFinished => Volatile.Read(ref finished) != 0;
}
