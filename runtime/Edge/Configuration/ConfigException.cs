using Edge.Runtime;

namespace Edge.Configuration;

/// <summary>The configuration cannot be used. The message names file, line and column of each fault, a line each.</summary>
internal sealed class ConfigException(string message, Exception? inner = null) : EdgeException(message, inner)
{
    public override int ExitCode => 3;
}
