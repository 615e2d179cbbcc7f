using Spectre.Console;

namespace Edge.CommandLine;

/// <summary>What a terminal gets and a file or pipe does not.</summary>
internal static class Terminal
{
    /// <summary>A console for tables on a writer: as wide as the terminal, or wide enough for any table where there is none.</summary>
    public static IAnsiConsole For(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = Console.IsOutputRedirected ? 200 : Console.WindowWidth;
        return console;
    }

    /// <summary>Text in green or red, where standard output is a terminal that wants colours.</summary>
    public static string Coloured(string text, bool good) =>
        Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? text : $"\e[{(good ? 32 : 31)}m{text}\e[0m";
}
