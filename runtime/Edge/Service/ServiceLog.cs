using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>The service's log: to the journal with fields where systemd started it, to standard error otherwise; repetitions are held back and counted.</summary>
internal static class ServiceLog
{
    public static ILoggerFactory Create() =>
        Journal.HasStandardError(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo("/proc/self/fd/2").LinkTarget)
            ? Create(new Journal(), Console.Error, TimeProvider.System)
            : Create(null, Console.Error, TimeProvider.System);

    /// <param name="journal">Takes the messages; null where there is none.</param>
    /// <param name="lines">Takes them when there is no journal, or when it does not take them.</param>
    /// <param name="time">The clock.</param>
    public static ILoggerFactory Create(Journal? journal, TextWriter lines, TimeProvider time) => LoggerFactory.Create(builder => builder
        .AddFilter("Microsoft", LogLevel.Warning)
        // Made by the container and not given to it, so that it is disposed of and says what it still holds back.
        .Services.AddSingleton<ILoggerProvider>(_ => new LogProvider(entry =>
        {
            if (journal?.TryWrite(entry) != true)
                lines.WriteLine(Line(entry));
        }, time)));

    private static string Line(LogEntry entry) => string.Create(CultureInfo.InvariantCulture,
        $"{entry.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(entry.Level),-5} {entry.Category}: {Text(entry).ReplaceLineEndings(" | ")}");

    private static string Text(LogEntry entry) =>
        entry.Fields.FirstOrDefault(field => field.Key == LogProvider.ExceptionKey).Value is { } trace ? $"{entry.Message}\n{trace}" : entry.Message;

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        LogLevel.Debug => "debug",
        _ => "trace",
    };
}
