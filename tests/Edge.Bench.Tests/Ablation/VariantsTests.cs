using Edge.Bench.Ablation;
using Edge.Bench.Speed;
using Edge.Runtime.Bundles;
using Edge.Testing;

namespace Edge.Bench.Tests.Ablation;

public sealed class VariantsTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Of_ABundleWithoutLogOddsAndMemory_VariesNeither()
    {
        var names = Variants.Of(Bundle.Load(tiny.Folder)).Select(variant => variant.Name).ToArray();

        Assert.Contains("scales_3", names);
        Assert.DoesNotContain(names, name => name.StartsWith("log_odds") || name.StartsWith("memory"));
    }

    [Fact]
    public void Of_ABundleWhoseDefaultReadsLogOddsAndMemory_SmoothsEachReadingAsItsOwnKind()
    {
        tiny.AddPlanes();
        tiny.EditManifest(text => text.Replace("default_profile: levels", "default_profile: planes"));

        var variants = Variants.Of(Bundle.Load(tiny.Folder)).ToDictionary(variant => variant.Name, variant => variant.Profile.Readings);

        // TinyBundle smooths T scales at widths 1 and 4, divided by the median, log-odds and memory at 2, as they are.
        Assert.Equal(["t25", "t50", "t100", "memory"], variants["memory_3"].SelectMany(reading => reading.Planes));
        Assert.Equal([1, 4], variants["memory_3"][0].Map.Widths);
        Assert.True(variants["memory_3"][0].Map.Relative);
        foreach (var name in (string[])["log_odds", "memory"])
        {
            var reading = Assert.Single(variants[name]);
            Assert.Equal(name, reading.Name);
            Assert.Equal([2], reading.Map.Widths);
            Assert.False(reading.Map.Relative);
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Is_AProfileOfTheSetsLevelsAndLogOdds_HoldsUnlessItReadsMemoryToo(bool memory, bool expected)
    {
        Reading[] readings = [new() { TScales = new TScaleSettings { Timesteps = [25] } }, new() { LogOdds = true }, .. memory ? (Reading[])[new() { Memory = true }] : []];

        Assert.Equal(expected, new SweepSet([25], LogOdds: true).Is(new Profile { Readings = [.. readings] }));
    }
}
