namespace Edge.Training.Commands;

/// <summary>Says every ten seconds how many pictures are read, where there are so many that it takes longer.</summary>
internal sealed class ReadingReporter(TimeProvider time, TextWriter error)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private long last = time.GetTimestamp();

    /// <summary>Told after each picture.</summary>
    public void Report(int count, int all)
    {
        if (time.GetElapsedTime(last) < Every)
            return;
        last = time.GetTimestamp();
        error.WriteLine($"Read {count} of {all} pictures.");
    }
}
