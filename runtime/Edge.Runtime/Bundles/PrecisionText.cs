namespace Edge.Runtime.Bundles;

/// <summary>How files, messages and command lines spell a precision: <c>fp32</c>, <c>int8</c>.</summary>
internal static class PrecisionText
{
    /// <summary>All of them, for messages.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<Precision>().Select(Of));

    /// <summary>A precision as text.</summary>
    public static string Of(Precision precision) => precision.ToString().ToLowerInvariant();

    /// <summary>Reads what <see cref="Of"/> writes, and nothing else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="precision">What it names.</param>
    /// <returns>Whether it is the text of a precision.</returns>
    public static bool TryParse(string text, out Precision precision)
    {
        foreach (var known in Enum.GetValues<Precision>())
            if (Of(known) == text)
            {
                precision = known;
                return true;
            }
        precision = default;
        return false;
    }
}
