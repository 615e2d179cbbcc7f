using System.CommandLine;
using System.CommandLine.Help;
using Edge.Runtime;

namespace Edge.Commands;

/// <summary>What Edge's programs have in common: how a command line is run and which exit code it ends with. Shared as source by all three.</summary>
internal static class CommandHost
{
    public const int Ok = 0;
    public const int Usage = 2;
    private const int Interrupted = 130;

    /// <summary>Runs a command line. Faults a person can mend end as one line on standard error and their exit code, never as a stack trace.</summary>
    public static async Task<int> Run(RootCommand root, string[] args)
    {
        // Set EDGE_DEBUG to see where a fault comes from.
        var debug = Environment.GetEnvironmentVariable("EDGE_DEBUG") is { Length: > 0 };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine($"{root.Name}: {error.Message}");
            Console.Error.WriteLine($"'{Usages(parsed)} --help' shows what it takes.");
            return Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
        }
        catch (EdgeException e) when (!debug)
        {
            Console.Error.WriteLine($"{root.Name}: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (!debug && e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{root.Name}: {e.Message.ReplaceLineEndings(" ")}");
            return Usage;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private static string Usages(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
            if (result is System.CommandLine.Parsing.CommandResult command)
                names.Push(command.Command.Name);
        return string.Join(' ', names);
    }
}
