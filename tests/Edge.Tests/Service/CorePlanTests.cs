using Edge.Configuration;
using Edge.Service;

namespace Edge.Tests.Service;

public class CorePlanTests
{
    [Theory]
    [InlineData(8, "0", "8", 1)]
    [InlineData(8, "0 0", "4 4", 2)]
    [InlineData(8, "0 0 0", "2 2 2", 3)]
    [InlineData(8, "5 0 0", "5 1 1", 3)]
    [InlineData(2, "0 0 0", "1 1 1", 2)]
    [InlineData(2, "2 2", "2 2", 1)]
    [InlineData(1, "0 0", "1 1", 1)]
    public void For_Stations_NeverTakesMoreCoresAtOnceThanThereAre(int processors, string asked, string given, int atOnce)
    {
        var config = new EdgeConfig { Stations = [.. asked.Split(' ').Select((threads, i) => new StationConfig { Name = $"s{i}", Threads = int.Parse(threads) })] };

        var plan = CorePlan.For(config, processors);

        Assert.Equal(given, string.Join(' ', plan.Threads.Values));
        Assert.Equal(atOnce, plan.AtOnce);
        Assert.True(plan.Threads.Values.OrderDescending().Take(plan.AtOnce).Sum() <= processors);
    }

    [Theory]
    [InlineData(8, 2, 0, "3 3")]
    [InlineData(8, 7, 0, "1 1")]
    [InlineData(2, 5, 0, "1 1")]
    [InlineData(8, 0, 4, "2 2")]
    public void For_SpareCores_LeavesThemAlone(int processors, int spare, int threads, string given)
    {
        var config = new EdgeConfig { SpareCores = spare, Threads = threads, Stations = [new StationConfig { Name = "a" }, new StationConfig { Name = "b" }] };

        Assert.Equal(given, string.Join(' ', CorePlan.For(config, processors).Threads.Values));
    }
}
