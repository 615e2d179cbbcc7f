using Edge.CommandLine;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Web;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Everything one configuration describes: stations, outputs, store. Made whole or not at all, changed whole or not at all.</summary>
internal sealed class Line : IAsyncDisposable
{
    /// <summary>How long outputs may take to deliver what is left when the service stops.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(10);

    private readonly string configPath;
    private readonly string state;
    private readonly FileStream stateLock;
    private readonly BundleCache bundles;
    private readonly ThresholdStore thresholds;
    private readonly InspectionCounter counter;
    private readonly IReadOnlyList<IOutput> outputs;
    private readonly Lock changing = new();
    private readonly Lock observing = new();
    private readonly ILoggerFactory logs;
    private readonly ILogger log;
    private volatile bool running;
    private string? refusedReload;
    private IReadOnlyList<string> needRestart = [];

    private Line(string configPath, EdgeConfig config, ILoggerFactory logs, TimeProvider time)
    {
        (this.configPath, Config, this.logs, Time) = (configPath, config, logs, time);
        log = logs.CreateLogger("line");
        state = config.State ?? Environment.GetEnvironmentVariable("STATE_DIRECTORY")?.Split(':')[0]
            ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configPath))!, "edge-state");
        stateLock = LockState();
        try
        {
            bundles = new BundleCache(state, log);
            thresholds = new ThresholdStore(state, log);
            counter = new InspectionCounter(state, log);
            Plan = CorePlan.For(config, Environment.ProcessorCount);
            Store = new PictureStore(Path.Combine(state, "pictures"), config.Store, Telemetry, time, logs.CreateLogger("store"));
            outputs = OutputFactory.Create(config.Outputs, new OutputContext(config.Name, Telemetry, time, logs));
            var services = new StationServices(new SemaphoreSlim(Plan.AtOnce), counter.Next, Publish, [Store, Live], Telemetry, time, logs);
            var models = Models(config, _ => true);
            Stations = [.. config.Stations.Select(station => new Station(config, station, models[station.Name], services))];
        }
        catch
        {
            stateLock.Dispose();
            throw;
        }
    }

    public EdgeConfig Config { get; private set; }

    public IReadOnlyList<Station> Stations { get; }

    public CorePlan Plan { get; }

    public PictureStore Store { get; }

    public LiveView Live { get; } = new();

    public Telemetry Telemetry { get; } = new();

    public TimeProvider Time { get; }

    /// <summary>Opens bundles, proves them by their golden samples, and makes stations and outputs. Nothing runs yet.</summary>
    /// <exception cref="EdgeException">A bundle, a device, a secret or the state folder cannot be used.</exception>
    public static Line Create(string configPath, EdgeConfig config, ILoggerFactory logs, TimeProvider? time = null) =>
        new(configPath, config, logs, time ?? TimeProvider.System);

    /// <summary>A station by its name; null where there is none.</summary>
    public Station? Find(string name) => Stations.FirstOrDefault(station => station.Name == name);

    public void Start()
    {
        log.LogInformation("Cores: {Plan}", Plan);
        Store.Start();
        foreach (var output in outputs)
            output.Start(this);
        foreach (var station in Stations)
            station.Start();
        bundles.Prune(Stations.Select(station => station.Model.Folder));
        running = true;
        Observe();
    }

    /// <summary>How everything is doing now.</summary>
    public LineState State()
    {
        List<StationState> stations = [.. Stations.Select(station => station.State())];
        List<string> reasons = [];
        if (!running)
            reasons.Add("starting or stopping");
        reasons.AddRange(Stations.Where(station => station.NotReady is not null).Select(station => $"{station.Name}: {station.NotReady}"));
        if (Store.Fault is { } full)
            reasons.Add($"store: {full}");
        List<string> warnings = [.. outputs.Where(output => output.Fault is not null).Select(output => $"{output.Name}: {output.Fault}")];
        if (refusedReload is { } refused)
            warnings.Add($"reload refused, the configuration before it stays: {refused}");
        foreach (var station in stations)
        {
            if (station.Drift?.Light == true)
                warnings.Add($"{station.Name}: the light has drifted from the calibration's");
            if (station.Drift?.Product == true)
                warnings.Add($"{station.Name}: the scores have drifted from the calibration's, though the light has not");
        }
        return new LineState(Config.Name, reasons.Count == 0, reasons, warnings, needRestart, stations);
    }

    /// <summary>Takes the gauges up to date, tells the outputs of a change, and returns how everything is doing. Called about once a second.</summary>
    public LineState Observe()
    {
        // The heartbeat and whoever reads /metrics: one after the other, so that no output hears an older state after a newer one.
        lock (observing)
        {
            var now = State();
            Telemetry.Observe(now);
            foreach (var output in outputs)
            {
                Telemetry.OutputPending.Set(output.Pending, output.Name);
                Telemetry.OutputUp.Set(output.Fault is null ? 1 : 0, output.Name);
                output.StateChanged(now);
            }
            return now;
        }
    }

    /// <summary>
    /// Reads the configuration and the bundles again. New models are opened and proven by their golden samples beside the running ones, then
    /// all are swapped between two parts; if anything is wrong, nothing changes.
    /// </summary>
    public ReloadOutcome Reload()
    {
        lock (changing)
        {
            try
            {
                var outcome = Apply(ConfigFile.Load(configPath));
                (refusedReload, needRestart) = (null, outcome.NeedRestart);
                Telemetry.Reloads.Add(1, "applied");
                log.LogInformation("Reloaded: {Applied}", outcome.Applied.Count == 0 ? "nothing changed" : string.Join(", ", outcome.Applied));
                if (outcome.NeedRestart.Count > 0)
                    log.LogWarning("These wait for a restart: {Keys}", string.Join(", ", outcome.NeedRestart));
                return outcome;
            }
            catch (EdgeException e)
            {
                refusedReload = e.Message.ReplaceLineEndings("; ");
                Telemetry.Reloads.Add(1, "refused");
                log.LogError("Reload refused, everything stays as it was: {Reason}", refusedReload);
                return new ReloadOutcome([], [], e.Message);
            }
        }
    }

    /// <summary>Sets a station's threshold now and for later starts; null goes back to the configuration's or the bundle's.</summary>
    /// <exception cref="IOException">It cannot be kept for later starts; then nothing has changed.</exception>
    public void SetThreshold(Station station, double? threshold)
    {
        lock (changing)
        {
            var (inspector, config) = (station.Model.Inspector, station.Config);
            thresholds.Set(station.Name,
                threshold is { } value ? new OperatorThreshold(value, inspector.Model.Hash, inspector.Model.Key.ToString(), Time.GetUtcNow()) : null);
            if ((threshold ?? config.Threshold) is { } chosen)
                inspector.Threshold = chosen;
            else
                inspector.UseAlpha(config.Alpha ?? inspector.Model.Bundle.Manifest.Alpha);
            station.Model.ThresholdSource = threshold is not null ? "operator" : Source(config);
            log.LogWarning("Station {Station}: threshold is now {Threshold} ({Source})", station.Name, inspector.Threshold, station.Model.ThresholdSource);
        }
    }

    /// <summary>Proves again that a station's bundle gives its golden samples' scores on this box.</summary>
    /// <exception cref="EdgeException">It does not.</exception>
    public IReadOnlyList<GoldenScore> CheckGolden(Station station) => CheckGolden(station.Model.Inspector.Model.Bundle, station.Model.Inspector.Model.Key,
        Inference(station.Config, station.Model.Inspector.Model.Bundle, out _));

    /// <summary>Takes no more parts, answers those that have begun, delivers what can be delivered, and writes down where it stopped.</summary>
    public async Task Stop()
    {
        if (!running)
            return;
        running = false;
        // All at once: each waits for its part in hand.
        await Task.WhenAll(Stations.Select(station => Task.Run(station.Stop)));
        using var deadline = new CancellationTokenSource(FlushTime);
        foreach (var output in outputs)
            output.StateChanged(State());
        await Task.WhenAll(outputs.Select(output => output.Flush(deadline.Token)));
        foreach (var output in outputs.Where(output => output.Pending > 0))
        {
            Telemetry.OutputDropped.Add(output.Pending, output.Name);
            log.LogError("{Output} could not deliver {Pending} results before the service stopped: {Fault}", output.Name, output.Pending, output.Fault);
        }
        counter.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var station in Stations)
            station.Dispose();
        foreach (var output in outputs)
            await output.DisposeAsync();
        await Store.DisposeAsync();
        stateLock.Dispose();
    }

    private void Publish(PartResult result)
    {
        foreach (var output in outputs)
            output.Publish(result);
    }

    private ReloadOutcome Apply(EdgeConfig config)
    {
        var (live, restart) = ConfigFields.Differences(Config, config);
        var effective = ConfigFields.WithLive(Config, config);
        var changed = effective.Stations.Where(station => live.Any(key => key.StartsWith($"stations[{station.Name}].", StringComparison.Ordinal)) || HasNewBundle(station))
            .Select(station => station.Name).ToHashSet();
        var models = Models(effective, changed.Contains);
        List<string> applied = [.. live];
        Config = effective;
        Store.Configure(effective.Store);
        foreach (var station in Stations)
        {
            models.TryGetValue(station.Name, out var model);
            if (model is not null && model.Inspector.Model.Bundle.Hash != station.Model.Inspector.Model.Bundle.Hash)
                applied.Add($"bundle of {station.Name} ({model.Inspector.Model.Bundle.Id} {model.Inspector.Model.Bundle.Manifest.Version})");
            station.Change(effective, effective.Stations.First(s => s.Name == station.Name), model);
        }
        return new ReloadOutcome(applied, restart, null);
    }

    private bool HasNewBundle(StationConfig station) => Bundle.Load(station.Bundle).Hash != Find(station.Name)!.Model.Inspector.Model.Bundle.Hash;

    /// <summary>Opens what the chosen stations inspect with; all or none.</summary>
    private Dictionary<string, StationModel> Models(EdgeConfig config, Func<string, bool> chosen)
    {
        Dictionary<string, StationModel> models = [];
        try
        {
            foreach (var station in config.Stations.Where(station => chosen(station.Name)))
                models[station.Name] = OpenModel(station);
            return models;
        }
        catch
        {
            foreach (var model in models.Values)
                model.Dispose();
            throw;
        }
    }

    private StationModel OpenModel(StationConfig station)
    {
        var bundle = bundles.Load(station.Bundle);
        if (station.IgnoreMask is { } mask && !File.Exists(mask))
            throw new ConfigException($"{mask}: no such file, but ignore_mask of station {station.Name} names it.");
        var key = bundle.KeyFor(station.Profile, station.Precision);
        bundle.Profile(key);
        var inference = Inference(station, bundle, out var note);
        CheckGolden(bundle, key, inference);
        using var opened = Model.Open(bundle, new ModelOptions { Profile = key.Name, Precision = key.Precision, Inference = inference, Logger = log });
        var inspector = opened.CreateInspector(new InspectorOptions
        {
            Alpha = station.Alpha, Threshold = station.Threshold, IgnoreMask = station.IgnoreMask,
            Regions = [.. station.Regions.Select(r => new System.Drawing.Rectangle(r[0], r[1], r[2], r[3]))],
        });
        if (note is not null)
            log.LogInformation("Station {Station}: {Note}", station.Name, note);
        if (inspector.MaskNote is { } other)
            log.LogWarning("Station {Station}: {Note}", station.Name, other);
        if (bundle.Manifest.Light is null)
            log.LogWarning("Station {Station}: {Bundle} does not know how bright and sharp its calibration was, so drift of the light cannot be told; run edge calibrate", station.Name, bundle.Id);
        var model = new StationModel(inspector, bundle.Folder) { ThresholdSource = Source(station) };
        if (thresholds.For(station.Name, bundle.Hash, key) is { } threshold)
            (inspector.Threshold, model.ThresholdSource) = (threshold, "operator");
        log.LogInformation("Station {Station}: {Bundle} {Version}, profile {Profile} on {Provider}, threshold {Threshold} ({Source}), golden samples agree",
            station.Name, bundle.Id, bundle.Manifest.Version, key, opened.Provider, inspector.Threshold, model.ThresholdSource);
        return model;
    }

    private static IReadOnlyList<GoldenScore> CheckGolden(Bundle bundle, ProfileKey profile, InferenceOptions inference)
    {
        var scores = GoldenSamples.Check(bundle, profile, inference);
        NegativeControls.Require(bundle, [profile], inference);
        return scores.FirstOrDefault(score => !score.Agrees) is { Sample: not null } wrong
            ? throw new BundleException($"{bundle.Folder}: golden sample {wrong.Sample} gives {wrong.Score:G6} with profile {profile} here, not {wrong.Expected:G6}: "
                + "this box does not compute what the bundle was calibrated with.")
            : scores;
    }

    /// <summary>The configuration counts, then what was measured on this box, within the station's share of the cores.</summary>
    private InferenceOptions Inference(StationConfig station, Bundle bundle, out string? note)
    {
        note = null;
        var threads = Plan.Threads[station.Name];
        var tuned = station.Threads > 0 ? null : MachineTuning.For(station.Bundle, bundle, bundle.KeyFor(station.Profile, station.Precision), out note);
        if (tuned is not null && tuned.Threads > threads)
            (tuned, note) = (null, $"{note}, but its share is {threads}, which it takes");
        return new InferenceOptions
        {
            Provider = InferenceOptions.ParseProvider(station.Device.ToString()), IntraOpThreads = tuned?.Threads ?? threads,
            AllowSpinning = station.Spinning ?? tuned?.Spinning ?? false, HalfPrecision = station.HalfPrecision, CudaGraph = station.CudaGraph,
            CacheFolder = Path.Combine(state, "engines"),
        };
    }

    private static string Source(StationConfig station) => station is { Threshold: null, Alpha: null } ? "bundle" : "configuration";

    private FileStream LockState()
    {
        try
        {
            Directory.CreateDirectory(state);
            return new FileStream(Path.Combine(state, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{state}: cannot be used as state folder ({e.Message.ReplaceLineEndings(" ")}); another edge may be running on it, or 'state' must name a folder that can be written.", e);
        }
    }
}
