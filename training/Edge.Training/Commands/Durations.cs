using System.CommandLine.Parsing;
using System.Globalization;

namespace Edge.Training.Commands;

/// <summary>Durations as people write them: 90s, 20m, 1h, 1h30m.</summary>
internal static class Durations
{
    public static TimeSpan? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (TryParse(text, out var duration))
            return duration;
        argument.AddError($"--budget '{text}' is no duration; write 90s, 20m or 1h30m.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var number = "";
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) || c == '.')
            {
                number += c;
                continue;
            }
            var seconds = c switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
            if (seconds == 0 || !double.TryParse(number, CultureInfo.InvariantCulture, out var value))
                return false;
            duration += TimeSpan.FromSeconds(seconds * value);
            number = "";
        }
        return number.Length == 0 && duration > TimeSpan.Zero;
    }
}
