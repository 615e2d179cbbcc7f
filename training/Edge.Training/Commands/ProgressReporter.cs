using Edge.Training.Learning;

namespace Edge.Training.Commands;

/// <summary>Says where a training stands: one line kept up to date on a terminal, a plain line every ten seconds elsewhere.</summary>
internal sealed class ProgressReporter(TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(Console.IsErrorRedirected ? 10 : 0.2);
    private long last;
    private double smoothed;

    public void Report(TrainingProgress progress)
    {
        smoothed = smoothed == 0 ? progress.Loss : 0.97 * smoothed + 0.03 * progress.Loss;
        if (last != 0 && time.GetElapsedTime(last) < Every && progress.Share < 1)
            return;
        last = time.GetTimestamp();
        var heldOut = progress.HeldOut is { } loss ? $"  held-out {loss:F4}" : "";
        var line = $"{progress.Share,5:P0}  step {progress.Step}  loss {smoothed:F4}{heldOut}  {progress.StepsPerSecond:F2} steps/s  {progress.Left:h\\:mm\\:ss} left";
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(line);
        else
            Console.Error.Write($"\r{line}\e[K{(progress.Share >= 1 ? "\n" : "")}");
    }
}
