using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class EnergyMeterTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-rapl-");

    [Fact]
    public void Joules_PackagesAndParts_CountsThePackagesAlone()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000);
        Zone("intel-rapl:0:0", "core", 0);
        Zone("intel-rapl:1", "package-1", 5_000_000);
        var meter = EnergyMeter.Open(_folder.FullName)!;
        Count("intel-rapl:0", 3_500_000);
        Count("intel-rapl:0:0", 900_000);
        Count("intel-rapl:1", 5_250_000);

        Assert.Equal(2.75, meter.Joules(), 9);
        Assert.Equal(0, meter.Joules());
    }

    [Fact]
    public void Joules_CounterBeganAnew_AddsItsRange()
    {
        Zone("intel-rapl:0", "package-0", 9_000_000);
        var meter = EnergyMeter.Open(_folder.FullName)!;
        Count("intel-rapl:0", 500_000);

        Assert.Equal(1.5, meter.Joules(), 9);
    }

    [Fact]
    public void Open_NoCounters_IsNull()
    {
        Assert.Null(EnergyMeter.Open(_folder.FullName));
        Assert.Null(EnergyMeter.Open(Path.Combine(_folder.FullName, "none")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    void Zone(string zone, string name, long microjoules)
    {
        _folder.CreateSubdirectory(zone);
        File.WriteAllText(Path.Combine(_folder.FullName, zone, "name"), name + "\n");
        File.WriteAllText(Path.Combine(_folder.FullName, zone, "max_energy_range_uj"), "10000000\n");
        Count(zone, microjoules);
    }

    void Count(string zone, long microjoules) => File.WriteAllText(Path.Combine(_folder.FullName, zone, "energy_uj"), $"{microjoules}\n");
}
