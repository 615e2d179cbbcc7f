using System.Diagnostics;
using Edge.Service;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Service;

public sealed class TickerTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(700)]
    [InlineData(0.5)]
    public void Ticks_ByTheClock_AreAtTheirRate(double hz)
    {
        var (time, count) = (new FakeTimeProvider(), 0);
        using var ticker = new Ticker(time, hz, () => count++);

        for (var i = 0; i < 100_000; i++)
            time.Advance(TimeSpan.FromMilliseconds(0.1));

        // In ten seconds, the first at once.
        Assert.InRange(count, (int)(10 * hz), (int)(10 * hz) + 1);
    }

    [Theory]
    // The 120th is due after 119 / 60 s; a period of 16 ms would bring it 80 ms sooner.
    [InlineData(60, 120)]
    // A period of less than a millisecond is none for the system's timers.
    [InlineData(1500, 750)]
    public async Task Ticks_BySystemTime_ComeAndNotTooSoon(double hz, int wanted)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        using var ticker = new Ticker(TimeProvider.System, hz, () => Interlocked.Increment(ref count));

        await Wait.Until(() => count >= wanted, () => $"{wanted} ticks, {count} came");

        Assert.True(clock.Elapsed.TotalSeconds > (wanted - 1) / hz - 0.02, $"{wanted} ticks in {clock.Elapsed.TotalSeconds} s");
    }

    [Fact]
    public void Ticks_MachineStoodStill_AreNotMadeUpFor()
    {
        var (time, count) = (new FakeTimeProvider(), 0);
        using var ticker = new Ticker(time, 10, () => count++);
        time.Advance(TimeSpan.FromMilliseconds(1));
        count = 0;

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, count);
        for (var i = 0; i < 100; i++)
            time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.InRange(count, 10, 12);
    }
}
