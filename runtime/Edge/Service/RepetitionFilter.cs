namespace Edge.Service;

/// <summary>
/// Lets a message through ten times in ten seconds, then holds it back and says at the end of the ten seconds how often it came. What makes a
/// message the same is category, level and template, not the values put into it. The first is never held back.
/// </summary>
internal sealed class RepetitionFilter : IDisposable
{
    private const int Most = 10;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time;
    private readonly Action<LogEntry> write;
    private readonly ITimer sweep;
    private readonly Lock gate = new();
    private readonly Dictionary<object, Window> windows = [];

    public RepetitionFilter(Action<LogEntry> write, TimeProvider time)
    {
        (this.write, this.time) = (write, time);
        sweep = time.CreateTimer(_ => Sweep(Period), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Write(LogEntry entry, string template)
    {
        lock (gate)
        {
            var key = (entry.Category, entry.Level, template);
            if (windows.TryGetValue(key, out var window) && time.GetElapsedTime(window.Begun) >= Period)
            {
                SumUp(window);
                windows.Remove(key);
                window = null;
            }
            if (window is null)
                windows[key] = window = new Window(time.GetTimestamp());
            if (++window.Count <= Most)
                write(entry);
            else
                window.Last = entry;
        }
    }

    /// <summary>Says what was held back so far.</summary>
    public void Dispose()
    {
        sweep.Dispose();
        Sweep(TimeSpan.Zero);
    }

    private void Sweep(TimeSpan age)
    {
        lock (gate)
            foreach (var (key, window) in windows.Where(pair => time.GetElapsedTime(pair.Value.Begun) >= age).ToArray())
            {
                SumUp(window);
                windows.Remove(key);
            }
    }

    private void SumUp(Window window)
    {
        if (window.Last is { } last)
            write(last with { Message = $"{last.Message} ... repeated {window.Count - Most} times in {Period.TotalSeconds:0} s" });
    }

    private sealed class Window(long begun)
    {
        public long Begun { get; } = begun;

        public int Count { get; set; }

        /// <summary>The last one that was held back.</summary>
        public LogEntry? Last { get; set; }
    }
}
