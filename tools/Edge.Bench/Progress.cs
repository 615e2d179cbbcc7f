namespace Edge.Bench;

/// <summary>A counter on one line of a terminal.</summary>
internal static class Progress
{
    /// <summary>Does <paramref name="step"/> for 0 .. <paramref name="count"/> - 1 and says how far it is, if standard error is a terminal.</summary>
    public static void Run(TextWriter error, string what, int count, Action<int> step)
    {
        if (Console.IsErrorRedirected)
        {
            for (var i = 0; i < count; i++)
                step(i);
            return;
        }

        try
        {
            for (var i = 0; i < count; i++)
            {
                error.Write($"\r{what} {i + 1}/{count}");
                step(i);
            }
        }
        finally
        {
            error.Write("\r\e[K");
        }
    }
}
