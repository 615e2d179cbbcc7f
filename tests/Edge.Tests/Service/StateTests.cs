using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Service;

/// <summary>What is kept in the state folder.</summary>
public sealed class StateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-state").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Next_AcrossStarts_NeverRepeats()
    {
        HashSet<long> seen = [];
        for (var start = 0; start < 3; start++)
        {
            var counter = new InspectionCounter(folder, NullLogger.Instance);
            for (var i = 0; i < 25_000; i++)
                Assert.True(seen.Add(counter.Next()));
            // The second start ends without a close, as a power cut does.
            if (start != 1)
                counter.Close();
        }
    }

    [Fact]
    public void Next_AfterAClose_GoesOnWithoutAGap()
    {
        var counter = new InspectionCounter(folder, NullLogger.Instance);
        counter.Next();
        counter.Next();
        counter.Close();

        Assert.Equal(3, new InspectionCounter(folder, NullLogger.Instance).Next());
    }

    [Fact]
    public void InspectionCounter_DamagedFile_IsRefused()
    {
        File.WriteAllText(Path.Combine(folder, "last-inspection"), "12x");

        Assert.Contains("last-inspection", Assert.Throws<ConfigException>(() => new InspectionCounter(folder, NullLogger.Instance)).Message);
    }

    [Fact]
    public void For_ThresholdOfThisBundleAndProfile_SurvivesAStart()
    {
        new ThresholdStore(folder, NullLogger.Instance).Set("top", new OperatorThreshold(3.25, "hash", "t3", DateTimeOffset.UnixEpoch));

        var store = new ThresholdStore(folder, NullLogger.Instance);

        Assert.Equal(3.25, store.For("top", "hash", "t3"));
        Assert.Null(store.For("top", "other", "t3"));
        Assert.Null(store.For("top", "hash", "t1"));
        Assert.Null(store.For("side", "hash", "t3"));
    }

    [Fact]
    public void For_ThresholdOfInt8_IsNotFp32s()
    {
        ProfileKey int8 = new("t3", Precision.Int8), fp32 = new("t3");
        new ThresholdStore(folder, NullLogger.Instance).Set("top", new OperatorThreshold(3.25, "hash", int8.ToString(), DateTimeOffset.UnixEpoch));

        var store = new ThresholdStore(folder, NullLogger.Instance);

        Assert.Equal(3.25, store.For("top", "hash", int8));
        Assert.Null(store.For("top", "hash", fp32));
        Assert.Contains("\"t3:int8\"", File.ReadAllText(Path.Combine(folder, "thresholds.json")));
    }

    [Fact]
    public void ThresholdStore_DamagedFile_IsRefusedAndNotForgotten()
    {
        File.WriteAllText(Path.Combine(folder, "thresholds.json"), "{ \"top\": ");

        Assert.Contains("thresholds.json", Assert.Throws<ConfigException>(() => new ThresholdStore(folder, NullLogger.Instance)).Message);
    }

    [Fact]
    public void Load_SourceDamagedAfterwards_TheCopyStillWorks()
    {
        using var tiny = new TinyBundle();
        var cache = new BundleCache(folder, NullLogger.Instance);

        var bundle = cache.Load(tiny.Folder);
        foreach (var file in Directory.GetFiles(tiny.Folder, "*.onnx"))
            File.WriteAllText(file, "");

        Assert.StartsWith(folder, bundle.Folder);
        Assert.Equal(bundle.Hash, Runtime.Bundles.Bundle.Load(bundle.Folder).Hash);
        Assert.Throws<BundleException>(() => cache.Load(tiny.Folder));
    }

    [Fact]
    public void Load_DamagedCopy_IsMadeAnew()
    {
        using var tiny = new TinyBundle();
        var cache = new BundleCache(folder, NullLogger.Instance);
        var copy = cache.Load(tiny.Folder).Folder;
        File.WriteAllText(Directory.GetFiles(copy, "*.onnx")[0], "");

        Assert.Equal(copy, cache.Load(tiny.Folder).Folder);
        Assert.NotEqual(0, new FileInfo(Directory.GetFiles(copy, "*.onnx")[0]).Length);
    }

    [Fact]
    public void Prune_CopiesNotInUse_AreDeleted()
    {
        using var tiny = new TinyBundle();
        var cache = new BundleCache(folder, NullLogger.Instance);
        var copy = cache.Load(tiny.Folder).Folder;

        cache.Prune([copy]);
        Assert.True(Directory.Exists(copy));
        cache.Prune([]);
        Assert.False(Directory.Exists(copy));
    }
}
