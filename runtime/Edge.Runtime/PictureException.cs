namespace Edge.Runtime;

/// <summary>A picture that cannot be read or inspected. Exit code 2.</summary>
public sealed class PictureException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
