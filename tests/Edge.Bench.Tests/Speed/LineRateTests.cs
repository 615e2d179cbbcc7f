using System.Diagnostics;
using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class LineRateTests
{
    [Fact]
    public void Run_OneSlowPicture_ChargesThoseBehindIt()
    {
        // Pictures are due at 0, 10, 20, 30, 40. The first takes 25, the others 1: they end at 25, 26, 27, 31, 41.
        var time = 0.0;
        var rate = new LineRate(() => time, until => time = Math.Max(time, until));

        var latencies = rate.Run(5, 10, i => time += i == 0 ? 25 : 1);

        Assert.Equal([25, 16, 7, 1, 1], latencies);
    }

    [Fact]
    public void Run_SlowerThanTheLine_FallsFurtherBehindWithEachPicture()
    {
        var time = 1000.0;
        var rate = new LineRate(() => time, until => time = Math.Max(time, until));

        Assert.Equal([15, 20, 25], rate.Run(3, 10, _ => time += 15));
    }

    [Fact]
    public void RealTime_NeverBeginsBeforeAPictureIsDue()
    {
        // From before the first is due: on a busy machine it may begin late itself.
        var begin = Stopwatch.GetTimestamp();
        var started = new List<double>();
        LineRate.RealTime.Run(4, 5, _ => started.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds));

        Assert.All(started, (ms, i) => Assert.InRange(ms, 5 * i, double.PositiveInfinity));
    }
}
