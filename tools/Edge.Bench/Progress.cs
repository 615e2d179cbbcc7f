namespace Edge.Bench;

/// <summary>A counter on one line of a terminal.</summary>
internal static class Progress
{
    /// <summary>Is to be told after each of <paramref name="count"/> steps how many are done; says so, if standard error is a terminal.</summary>
    public static Action<int> Of(TextWriter error, string what, int count) => done =>
    {
        if (!Console.IsErrorRedirected)
            error.Write($"\r{what} {done}/{count}{(done == count ? "\r\e[K" : "")}");
    };

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
