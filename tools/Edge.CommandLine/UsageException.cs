using Edge.Runtime;

namespace Edge.CommandLine;

/// <summary>A command line that is spelled right but asks for what cannot be done. The message names the option. Exit code 2.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
