namespace Edge.Runtime;

/// <summary>A device, execution provider or native library that is not there or does not work. Exit code 4.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 4;
}
