using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>One message of the log.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Category">Which part of the program says it.</param>
/// <param name="Message">The text, which may have several lines.</param>
/// <param name="Fields">Names and values the text was made of, and those of the scopes around it.</param>
internal sealed record LogEntry(DateTimeOffset Time, LogLevel Level, string Category, string Message, IReadOnlyList<KeyValuePair<string, string>> Fields);
