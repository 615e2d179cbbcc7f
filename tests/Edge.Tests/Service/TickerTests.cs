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
        var (time, count) = (new WholeMilliseconds(), 0);
        using var ticker = new Ticker(time, hz, () => count++);

        for (var i = 0; i < 100_000; i++)
            time.Advance(TimeSpan.FromMilliseconds(0.1));

        // In ten seconds, the first at once.
        Assert.InRange(count, (int)(10 * hz), (int)(10 * hz) + 1);
    }

    [Fact]
    public async Task Ticks_OfLessThanAMillisecond_ComeAndNotTooSoon()
    {
        const int hz = 1500, wanted = 750;
        var (clock, count) = (Stopwatch.StartNew(), 0);
        using var ticker = new Ticker(TimeProvider.System, hz, () => Interlocked.Increment(ref count));

        await Wait.Until(() => count >= wanted, () => $"{wanted} ticks, {count} came");

        Assert.True(clock.Elapsed.TotalSeconds > (wanted - 1.0) / hz - 0.02, $"{wanted} ticks in {clock.Elapsed.TotalSeconds} s");
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

    /// <summary>Cuts times to whole milliseconds, as the system's timers do.</summary>
    private sealed class WholeMilliseconds : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new CutTimer(base.CreateTimer(callback, state, Cut(dueTime), Cut(period)));

        private static TimeSpan Cut(TimeSpan time) => TimeSpan.FromMilliseconds((long)time.TotalMilliseconds);

        private sealed class CutTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Cut(dueTime), Cut(period));

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
