namespace Edge.Configuration;

/// <summary>A fault of a configuration.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Key">The place in the document, as in stations[0].camera.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record ConfigProblem(long Line, long Column, string Key, string Message)
{
    public override string ToString() => $"line {Line}, column {Column}: {(Key.Length == 0 ? "" : Key + ": ")}{Message}";
}
