using Edge.Runtime;
using Edge.Configuration;
using Edge.Runtime.Bundles;

namespace Edge.Service;

/// <summary>Every metric of a line, as /metrics shows it.</summary>
internal sealed class Telemetry
{
    private readonly List<IMetric> metrics = [];

    public Telemetry()
    {
        Results = Add(new Counter("edge_results_total", "Answers given to parts.", "station", "verdict", "reason"));
        InspectionSeconds = Add(new Histogram("edge_inspection_seconds", "Seconds by stage: wait before the inspection, inspect, total from trigger or picture to answer.",
            [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10], "station", "stage"));
        AnomalyScore = Add(new Gauge("edge_anomaly_score", "Score of the last part.", "station"));
        Threshold = Add(new Gauge("edge_threshold", "Scores above it are NG.", "station"));
        Frames = Add(new Counter("edge_frames_total", "Pictures the camera gave.", "station"));
        FramesDropped = Add(new Counter("edge_frames_dropped_total", "Pictures that were not inspected: superseded by a newer one, incomplete, or unusable.", "station", "reason"));
        TicksMissed = Add(new Gauge("edge_ticks_missed", "Ticks of a fixed rate that found the last part still waiting.", "station"));
        TriggersRefused = Add(new Counter("edge_triggers_refused_total", "Triggers that came while the station could not take one.", "station"));
        CameraUp = Add(new Gauge("edge_camera_up", "Whether the camera gives pictures.", "station"));
        CameraReopens = Add(new Gauge("edge_camera_reopens", "How often the camera had to be opened again.", "station"));
        Drift = Add(new Gauge("edge_drift", "Whether an alarm is on that pictures have changed: light or product.", "station", "kind"));
        DriftDistance = Add(new Gauge("edge_drift_distance", "Distance of the last parts' scores from the calibration's (Kolmogorov-Smirnov).", "station"));
        ModelInfo = Add(new Gauge("edge_model_info", "What a station inspects with; always 1.", "station", "bundle", "version", "hash", "profile", "precision", "provider"));
        OutputDelivered = Add(new Counter("edge_output_delivered_total", "Results an output has delivered.", "output"));
        OutputDropped = Add(new Counter("edge_output_dropped_total", "Results an output has lost: its buffer was full, or the service stopped first.", "output"));
        OutputPending = Add(new Gauge("edge_output_pending", "Results an output has yet to deliver.", "output"));
        OutputUp = Add(new Gauge("edge_output_up", "Whether an output can deliver.", "output"));
        StoreBytes = Add(new Gauge("edge_store_bytes", "Size of the pictures kept.", "kind"));
        StorePictures = Add(new Gauge("edge_store_pictures", "Pictures kept.", "kind"));
        StoreDropped = Add(new Counter("edge_store_dropped_total", "Pictures that should have been kept and were not: queue (too many at once), quota (larger than all of its kind may be), disk (full or failing), error.", "reason"));
        Ready = Add(new Gauge("edge_ready", "Whether the box is ready."));
        Reloads = Add(new Counter("edge_reloads_total", "Reloads of the configuration by outcome: applied or refused.", "outcome"));
        ResidentBytes = Add(new Gauge("process_resident_memory_bytes", "Memory of the process."));
        OpenFiles = Add(new Gauge("process_open_fds", "Open file descriptors of the process."));
        StartTime = Add(new Gauge("process_start_time_seconds", "When the process started, Unix time."));
    }

    public Counter Results { get; }
    public Histogram InspectionSeconds { get; }
    public Gauge AnomalyScore { get; }
    public Gauge Threshold { get; }
    public Counter Frames { get; }
    public Counter FramesDropped { get; }
    public Gauge TicksMissed { get; }
    public Counter TriggersRefused { get; }
    public Gauge CameraUp { get; }
    public Gauge CameraReopens { get; }
    public Gauge Drift { get; }
    public Gauge DriftDistance { get; }
    public Gauge ModelInfo { get; }
    public Counter OutputDelivered { get; }
    public Counter OutputDropped { get; }
    public Gauge OutputPending { get; }
    public Gauge OutputUp { get; }
    public Gauge StoreBytes { get; }
    public Gauge StorePictures { get; }
    public Counter StoreDropped { get; }
    public Gauge Ready { get; }
    public Counter Reloads { get; }
    public Gauge ResidentBytes { get; }
    public Gauge OpenFiles { get; }
    public Gauge StartTime { get; }

    /// <summary>Adds a metric that belongs to one room alone.</summary>
    public T Add<T>(T metric) where T : IMetric
    {
        lock (metrics)
            metrics.Add(metric);
        return metric;
    }

    public void Record(PartResult result)
    {
        Results.Add(1, result.Station, ConfigNames.Of(result.Verdict.ToString()), ConfigNames.Of(result.Reason.ToString()));
        InspectionSeconds.Observe(result.TotalMs / 1000, result.Station, "total");
        if (result.Score is not { } score)
            return;
        InspectionSeconds.Observe(result.WaitMs / 1000, result.Station, "wait");
        InspectionSeconds.Observe(result.InspectMs / 1000, result.Station, "inspect");
        AnomalyScore.Set(score, result.Station);
    }

    /// <summary>Takes over how the line is doing, as the gauges show it.</summary>
    public void Observe(LineState state)
    {
        Ready.Set(state.Ready ? 1 : 0);
        ModelInfo.Clear();
        foreach (var station in state.Stations)
        {
            Threshold.Set(station.Threshold, station.Name);
            TicksMissed.Set(station.MissedTicks, station.Name);
            ModelInfo.Set(1, station.Name, station.Bundle, station.BundleVersion, station.BundleHash, station.Profile, PrecisionText.Of(station.Precision), station.Provider);
            if (station.Camera is { } camera)
            {
                CameraUp.Set(camera.Up ? 1 : 0, station.Name);
                CameraReopens.Set(camera.Reopens, station.Name);
            }
            if (station.Drift is not { } drift)
                continue;
            Drift.Set(drift.Light == true ? 1 : 0, station.Name, "light");
            Drift.Set(drift.Product ? 1 : 0, station.Name, "product");
            DriftDistance.Set(drift.ScoreDistance, station.Name);
        }
        ResidentBytes.Set(Environment.WorkingSet);
        if (Directory.Exists("/proc/self/fd"))
            OpenFiles.Set(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        StartTime.Set(new DateTimeOffset(System.Diagnostics.Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Write(TextWriter output)
    {
        lock (metrics)
            foreach (var metric in metrics)
                metric.Write(output);
    }
}
