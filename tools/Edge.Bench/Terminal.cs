using Spectre.Console;

namespace Edge.Bench;

/// <summary>Where tables go.</summary>
internal static class Terminal
{
    /// <summary>A console on a writer: as wide as the terminal, or wide enough for any table where there is none.</summary>
    public static IAnsiConsole For(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = Console.IsOutputRedirected ? 200 : Console.WindowWidth;
        return console;
    }
}
