namespace Edge.Service;

/// <summary>Pauses between attempts: twice as long after each failure, a little different each time, so that many boxes or cameras on one switch do not come back at once.</summary>
/// <param name="first">The first pause.</param>
/// <param name="longest">The longest.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    /// <summary>Most of a pause that chance takes away.</summary>
    private const double Jitter = 0.25;

    private int failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next() => Pause(++failures, first, longest, Random.Shared.NextDouble());

    /// <summary>Begins again with the first pause.</summary>
    public void Reset() => failures = 0;

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="first">The first pause.</param>
    /// <param name="longest">The longest.</param>
    /// <param name="chance">0 (inclusive) to 1 (exclusive).</param>
    /// <returns>Between three quarters and all of min(longest, first * 2^(failures - 1)).</returns>
    public static TimeSpan Pause(int failures, TimeSpan first, TimeSpan longest, double chance) =>
        TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures - 1)) * (1 - Jitter * chance));
}
