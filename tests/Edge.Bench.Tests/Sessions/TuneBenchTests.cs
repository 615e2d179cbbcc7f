using Edge.Bench.Sessions;

namespace Edge.Bench.Tests.Sessions;

public class TuneBenchTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "1 2 2s")]
    [InlineData(6, "1 2 2s 4 4s 6 6s")]
    [InlineData(8, "1 2 2s 4 4s 8 8s")]
    public void Ways_Processors_ArePowersOfTwoAndAll(int processors, string expected) =>
        Assert.Equal(expected, string.Join(' ', TuneBench.Ways(processors).Select(way => way.Spinning ? $"{way.Threads}s" : $"{way.Threads}")));

    [Theory]
    [InlineData("1:10 2:20", 1, false)]
    [InlineData("1:20 2:10 4:15", 2, false)]
    [InlineData("1:20 2:10.2 4:10", 2, false)]
    [InlineData("2s:10 2:10.2", 2, false)]
    [InlineData("2:12 2s:10", 2, true)]
    [InlineData("1:10.4 2s:10", 2, true)]
    public void Fastest_OfEquals_TakesTheFewestThreads(string ways, int threads, bool spinning)
    {
        var choice = TuneBench.Fastest([.. ways.Split(' ').Select(Row)]);

        Assert.Equal((threads, spinning), (choice.Threads, choice.Spinning));
    }

    private static TuneRow Row(string way)
    {
        var parts = way.Split(':');
        var p50 = double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return new TuneRow { Profile = "p", Threads = int.Parse(parts[0].TrimEnd('s')), Spinning = parts[0].EndsWith('s'), P50 = p50, P95 = p50 };
    }
}
