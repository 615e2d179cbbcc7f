using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Makes entries of what the program says and passes them on through the filter of repetitions.</summary>
internal sealed partial class LogProvider(Action<LogEntry> write, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    public const string ExceptionKey = "Exception";

    private const string TemplateKey = "{OriginalFormat}";
    private const string StationCategory = "station.";

    private readonly RepetitionFilter filter = new(write, time);
    private readonly ConcurrentDictionary<string, ILogger> loggers = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => loggers.GetOrAdd(categoryName, category => new Logger(this, category));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose() => filter.Dispose();

    private void Write(LogLevel level, string category, string message, object? state, Exception? exception)
    {
        var template = message;
        List<KeyValuePair<string, string>> fields = [];
        if (category.StartsWith(StationCategory, StringComparison.Ordinal))
            fields.Add(new("Station", category[StationCategory.Length..]));
        scopes.ForEachScope((scope, _) => Collect(scope), (object?)null);
        Collect(state);
        if (exception is not null)
        {
            message = $"{message}: {exception.GetType().Name}: {exception.Message}";
            fields.Add(new(ExceptionKey, Discreet(exception.ToString())));
        }
        filter.Write(new LogEntry(time.GetUtcNow(), level, category, Discreet(message), fields), template);

        void Collect(object? named)
        {
            foreach (var (key, value) in named as IEnumerable<KeyValuePair<string, object?>> ?? [])
                if (key == TemplateKey)
                    template = ReferenceEquals(named, state) ? value?.ToString() ?? template : template;
                else if (!fields.Any(field => field.Key == key))
                    fields.Add(new(key, Discreet(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")));
        }
    }

    /// <summary>User and password of an address are nobody's business.</summary>
    private static string Discreet(string text) => text.Contains("://", StringComparison.Ordinal) ? Credentials().Replace(text, "://***@") : text;

    [GeneratedRegex(@"://[^/\s@]+@")]
    private static partial Regex Credentials();

    private sealed class Logger(LogProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => provider.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Write(logLevel, category, formatter(state, exception), state, exception);
        }
    }
}
