using System.Text.Json;
using Edge.CommandLine;
using Edge.Commands;

namespace Edge.Tests;

/// <summary>Runs <c>edge</c> in this process.</summary>
internal sealed class EdgeProgram
{
    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>Standard output as JSON, one object a line.</summary>
    public JsonElement[] Rows => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public int Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        var code = CommandHost.Run(EdgeCommands.Create(), args, output, error).GetAwaiter().GetResult();
        (Output, Error) = (output.ToString(), error.ToString());
        return code;
    }
}
