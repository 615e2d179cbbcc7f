using System.Diagnostics;

namespace Edge.Tests.Web;

/// <summary>Waits for something to come true, but not for ever.</summary>
internal static class Wait
{
    public static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "It did not come true within 20 s.");
            await Task.Delay(10);
        }
    }
}
