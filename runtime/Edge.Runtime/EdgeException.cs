namespace Edge.Runtime;

/// <summary>A fault of the input, the bundle or the device that a person can mend. The message is one line and says what and how.</summary>
public abstract class EdgeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code a command ends with: 2 usage or picture, 3 bundle or configuration, 4 device.</summary>
    public abstract int ExitCode { get; }
}
