using System.Diagnostics;

namespace Edge.Tests;

/// <summary>Waits for something to come true, but not for ever; where it does not, the test fails and says what was missing.</summary>
internal static class Wait
{
    /// <summary>Far longer than anything takes on an idle machine.</summary>
    private const double Patience = 30;

    public static Task Until(Func<bool> condition, string what = "it came true", double seconds = Patience) => Until(condition, () => what, seconds);

    public static async Task Until(Func<bool> condition, Func<string> what, double seconds = Patience)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"not within {seconds} s: {what()}");
            await Task.Delay(10).ConfigureAwait(false);
        }
    }
}
