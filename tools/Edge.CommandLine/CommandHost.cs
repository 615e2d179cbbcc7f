using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Text;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;

namespace Edge.CommandLine;

/// <summary>What Edge's programs have in common: how a command line is run and which exit code it ends with.</summary>
internal static class CommandHost
{
    public const int Ok = 0;
    public const int Usage = 2;
    public const int Interrupted = 130;

    /// <summary>The version of the program that runs.</summary>
    public static string Version =>
        Assembly.GetEntryAssembly()!.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The native libraries that an inspection takes, one line each with its version.</summary>
    /// <exception cref="DeviceException">One of them is missing or does not load.</exception>
    public static IEnumerable<string> Libraries
    {
        get
        {
            yield return $"ONNX Runtime {OnnxRuntimeLibrary.Version} ({OnnxRuntimeLibrary.Location})";
            yield return OpenCvLibrary.Description;
        }
    }

    /// <summary>Runs a command line. Faults a person can mend end as one line on standard error and their exit code, never as a stack trace.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">Results; null is standard output.</param>
    /// <param name="error">All else; null is standard error.</param>
    /// <param name="libraries">What --version says below the program's own line; null is <see cref="Libraries"/>.</param>
    /// <param name="stop">Ends it as Ctrl-C does.</param>
    /// <returns>The exit code: the command's own, 2 for a wrong command line, an <see cref="EdgeException"/>'s, or 130 when interrupted.</returns>
    public static async Task<int> Run(
        RootCommand root, string[] args, TextWriter? output = null, TextWriter? error = null, IEnumerable<string>? libraries = null,
        CancellationToken stop = default)
    {
        output ??= Utf8(Console.OpenStandardOutput());
        error ??= Utf8(Console.OpenStandardError());
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(libraries ?? Libraries);

        // Set EDGE_DEBUG to see where a fault comes from.
        var debug = Environment.GetEnvironmentVariable("EDGE_DEBUG") is { Length: > 0 };
        // An argument such as @part.png is a file's name, not a file of further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var fault in parsed.Errors)
                error.WriteLine($"{root.Name}: {string.Join(' ', fault.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
            error.WriteLine($"'{Usages(parsed)} --help' shows what it takes.");
            return Usage;
        }
        // A list of commands shows the first line of each description, the command's own help all of it.
        if (parsed.Action is HelpAction)
            foreach (var command in parsed.CommandResult.Command.Subcommands)
                command.Description = command.Description?.Split('\n')[0];
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
            }, stop);
        }
        catch (EdgeException e) when (!debug)
        {
            error.WriteLine($"{root.Name}: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (!debug && e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{root.Name}: {e.Message.ReplaceLineEndings(" ")}");
            return Usage;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    /// <summary>Files and pipes get UTF-8 whatever the locale says.</summary>
    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static string Usages(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
            if (result is System.CommandLine.Parsing.CommandResult command)
                names.Push(command.Command.Name);
        return string.Join(' ', names);
    }

    private sealed class VersionAction(IEnumerable<string> libraries) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine($"{parseResult.RootCommandResult.Command.Name} {Version}");
            foreach (var library in libraries)
                output.WriteLine(library);
            return Ok;
        }
    }
}
