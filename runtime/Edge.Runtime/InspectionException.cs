namespace Edge.Runtime;

/// <summary>
/// A network's answer for a picture holds a value that is not finite, so there is no score. The part counts as defective, for it was
/// not seen to be good. Exit code 2.
/// </summary>
public sealed class InspectionException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
