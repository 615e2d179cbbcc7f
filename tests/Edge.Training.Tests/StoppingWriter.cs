namespace Edge.Training.Tests;

/// <summary>Keeps what a program says, and asks it to stop as Ctrl-C does, when it says a certain thing.</summary>
/// <param name="until">Part of the line at which it stops; null never stops.</param>
internal sealed class StoppingWriter(string? until) : StringWriter
{
    private readonly CancellationTokenSource stop = new();

    public CancellationToken Token => stop.Token;

    /// <summary>The last line that was said.</summary>
    public string LastLine => ToString().TrimEnd().Split('\n')[^1];

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (until is not null && value?.Contains(until, StringComparison.Ordinal) == true)
            stop.Cancel();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stop.Dispose();
        base.Dispose(disposing);
    }
}
