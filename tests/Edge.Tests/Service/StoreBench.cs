using Edge.Runtime;
using System.Globalization;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime.Bundles;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Service;

/// <summary>A picture store in a folder of its own, and parts for it.</summary>
internal sealed class StoreBench : IAsyncDisposable
{
    private readonly TemporaryFolder root = new();
    private readonly string? elsewhere;

    public StoreBench(string? folder = null) => elsewhere = folder;

    public Telemetry Telemetry { get; } = new();

    public PictureStore? Store { get; private set; }

    public string Folder => elsewhere ?? Path.Combine(root.Path, "pictures");

    /// <summary>Begins, or begins again after the last one ended.</summary>
    public async Task<PictureStore> Start(StoreConfig config)
    {
        await Stop();
        Store = new PictureStore(Folder, config, Telemetry, TimeProvider.System, NullLogger.Instance);
        Store.Start();
        return Store;
    }

    public async Task Stop()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        Store = null;
    }

    /// <summary>Gives the store a part as a station does.</summary>
    public bool Give(Snapshot part)
    {
        if (!Store!.Wants(part.Result))
            return false;
        Store.Take(part);
        return true;
    }

    /// <summary>The value of a metric as /metrics shows it; 0 where it is not there.</summary>
    public double Metric(string name)
    {
        var text = new StringWriter();
        Telemetry.Write(text);
        var line = text.ToString().Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    public double Kept(string kind) => Metric($"edge_store_pictures{{kind=\"{kind}\"}}");

    public double Dropped(string reason) => Metric($"edge_store_dropped_total{{reason=\"{reason}\"}}");

    /// <summary>Numbers of the whole pictures of a kind on the disk.</summary>
    public IReadOnlyList<long> Ids(string kind) => Directory.Exists(Path.Combine(Folder, kind))
        ? [.. Directory.GetFiles(Path.Combine(Folder, kind), "*.json", SearchOption.AllDirectories).Select(path => long.Parse(Path.GetFileNameWithoutExtension(path).Split('-')[^1], CultureInfo.InvariantCulture)).Order()]
        : [];

    public static PartResult Result(long id, ResultVerdict verdict, double p = 0.5, string station = "top", DateTimeOffset? time = null) => new()
    {
        Id = id, Box = "edge", Station = station, PartId = $"part {id}", Verdict = verdict, Reason = verdict == ResultVerdict.Ng ? ResultReason.Defect : ResultReason.Good,
        Time = time ?? DateTimeOffset.UtcNow, Score = 12.5, Threshold = 10, PValue = p, Profile = "t3", Precision = Precision.Fp32, Bundle = "brick", BundleVersion = "7", BundleHash = "abc",
        WaitMs = 1.5, InspectMs = 30.25, TotalMs = 32,
    };

    /// <summary>A part with a picture of noise, which does not compress: about side x side bytes as PNG.</summary>
    public static Snapshot Part(PartResult result, int side = 64, int channels = 1, int bytesPerChannel = 1)
    {
        var frame = new CapturedFrame();
        new Random((int)result.Id).NextBytes(frame.Resize(side, side, channels, bytesPerChannel));
        return new Snapshot(result, frame, TestMaps.Flat(side, value: 0.5f, threshold: 1));
    }

    public static Snapshot Ng(long id, int side = 64, string station = "top", DateTimeOffset? time = null) => Part(Result(id, ResultVerdict.Ng, 0.001, station, time), side);

    public static Snapshot Ok(long id, int side = 64, double p = 0.5, DateTimeOffset? time = null) => Part(Result(id, ResultVerdict.Ok, p, time: time), side);

    public async ValueTask DisposeAsync()
    {
        await Stop();
        root.Dispose();
    }
}
