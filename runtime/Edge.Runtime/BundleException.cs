namespace Edge.Runtime;

/// <summary>A bundle that is damaged, incomplete or does not fit what is asked of it. The message names file and field. Exit code 3.</summary>
public sealed class BundleException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 3;
}
