using Edge.Runtime;

namespace Edge.CommandLine;

/// <summary>A command line whose words are right and whose meaning is not: files, names or numbers that do not fit. The message names the option. Exit code 2.</summary>
public sealed class UsageException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
