using Edge.Runtime;

namespace Edge.Bench;

/// <summary>A command line or a data set that cannot be used. Exit code 2.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
