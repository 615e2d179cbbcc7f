namespace Edge.Cameras;

/// <summary>How long to wait before a camera is opened again: twice as long after each failure, a little different each time, so that many cameras on one switch do not come back at once.</summary>
internal static class Backoff
{
    private const double FirstSeconds = 0.5;

    /// <summary>Most of a pause that chance takes away.</summary>
    private const double Jitter = 0.25;

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="longest">The longest pause.</param>
    /// <param name="chance">0 (inclusive) to 1 (exclusive).</param>
    /// <returns>Between three quarters and all of min(longest, 0.5 s * 2^(failures - 1)).</returns>
    public static TimeSpan Pause(int failures, TimeSpan longest, double chance) =>
        TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, FirstSeconds * Math.Pow(2, failures - 1)) * (1 - Jitter * chance));
}
