using System.CommandLine.Parsing;
using System.Globalization;

namespace Edge.CommandLine;

/// <summary>Numbers from a command line.</summary>
internal static class ArgumentNumbers
{
    /// <summary>Reads a number in the invariant culture; what is none is an error of the command line, exit code 2.</summary>
    /// <param name="result">The argument, which takes the error.</param>
    /// <param name="text">The number as it was written.</param>
    /// <param name="what">What it must be, for the message: "a number of threads".</param>
    /// <param name="valid">Whether a number is one of those.</param>
    public static T ReadNumber<T>(this ArgumentResult result, string text, string what, Func<T, bool> valid) where T : struct, IParsable<T>
    {
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out var value) || !valid(value))
            result.AddError($"'{text}' is not {what}.");
        return value;
    }
}
