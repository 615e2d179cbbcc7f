using Edge.Configuration;
using Edge.Service;

namespace Edge.Tests.Service;

public sealed class ChangeWatchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-watch").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void HasChanged_FileBeingWritten_WaitsUntilItStandsStill()
    {
        var path = Path.Combine(folder, "edge.yaml");
        var config = new EdgeConfig { Stations = [new StationConfig { Name = "a", Bundle = folder }] };
        File.WriteAllText(path, "1");
        var watch = new ChangeWatch(path);

        Assert.False(watch.HasChanged(config));
        File.WriteAllText(path, "12");
        Assert.False(watch.HasChanged(config));
        File.WriteAllText(path, "123");
        Assert.False(watch.HasChanged(config));
        Assert.True(watch.HasChanged(config));
        Assert.False(watch.HasChanged(config));

        File.WriteAllText(Path.Combine(folder, "bundle.yaml"), "new");
        Assert.False(watch.HasChanged(config));
        Assert.True(watch.HasChanged(config));
    }
}
