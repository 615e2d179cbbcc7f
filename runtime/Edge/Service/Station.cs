using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Inspection;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>One camera, one bundle, one answer a part: the thread that inspects, and the deadlines that answer when it cannot.</summary>
internal sealed class Station : IDisposable
{
    /// <summary>How often an idle station shows that it is alive.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(250);

    private EdgeConfig box;
    private readonly Intake intake;
    private readonly SemaphoreSlim cores;
    private readonly Telemetry telemetry;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Action<PartResult> publish;
    private readonly IReadOnlyList<ISnapshotSink> sinks;
    private readonly Thread thread;
    private readonly CancellationTokenSource stopping = new();
    private readonly LatencyWindow latency = new();
    private readonly long[] results = new long[Enum.GetValues<ResultReason>().Length + 1];
    private StationModel model;
    private StationModel? next;
    private Ticker? ticks;
    private long beat;
    private long refused;
    private volatile PartResult? last;
    // Filled again for every part: the station's thread has one picture in hand.
    private InspectionResult? inspected;

    /// <param name="box">The whole configuration.</param>
    /// <param name="config">This station's part of it.</param>
    /// <param name="model">What it begins with; the station owns it.</param>
    /// <param name="services">What all stations share.</param>
    public Station(EdgeConfig box, StationConfig config, StationModel model, StationServices services)
    {
        (this.box, Config, this.model) = (box, config, model);
        (cores, telemetry, time, log, publish, sinks) =
            (services.Cores, services.Telemetry, services.Time, services.Log.CreateLogger($"station.{config.Name}"), services.Publish, services.Sinks);
        intake = new Intake(config.Trigger.Mode, config.Trigger.Queue, services.NextId);
        Drift = new DriftMonitor(box.Drift, model.Inspector);
        thread = new Thread(Work) { IsBackground = true, Name = $"inspect {config.Name}" };
        beat = time.GetTimestamp();
    }

    public StationConfig Config { get; private set; }

    public string Name => Config.Name;

    /// <summary>What the next part is inspected with. Another may replace it between two parts.</summary>
    public StationModel Model => Volatile.Read(ref next) ?? Volatile.Read(ref model);

    /// <summary>The camera's supervisor; null for a station that only takes posted pictures.</summary>
    public CameraSupervisor? Camera { get; private set; }

    /// <summary>Scores of the last hour.</summary>
    public ScoreHistory History { get; } = new();

    public DriftMonitor Drift { get; private set; }

    /// <summary>Time since its thread last showed that it is alive.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref beat));

    /// <summary>Whether a part that begins now would be inspected; else why not.</summary>
    public string? NotReady => Config.Camera is null ? null
        : Camera?.State is not { } camera ? "camera not open yet"
        : camera.Ended ? "camera has ended"
        : camera.Up ? null
        : $"camera down: {camera.Error ?? "no picture yet"}";

    public void Start()
    {
        thread.Start();
        if (Config.Camera is { } camera)
            Camera = new CameraSupervisor(Name, camera, Deliver, Unusable, intake.Rent, intake.Return, telemetry, time, log);
        Camera?.Start();
        if (Config.Trigger is { Mode: TriggerMode.Rate, Hz: { } hz })
            ticks = new Ticker(time, hz, () => intake.Tick(time.GetTimestamp()));
    }

    /// <summary>Begins a part; its result will carry the number returned.</summary>
    /// <param name="partId">The line's id of the part; null where it has none.</param>
    public TriggerOutcome Trigger(string? partId)
    {
        var refusal = Config.Trigger.Mode != TriggerMode.External ? $"station {Name} has trigger.mode {ConfigNames.Of(Config.Trigger.Mode.ToString())}, not external" : NotReady;
        if (refusal is null && intake.Trigger(partId, time.GetTimestamp()) is { } begun)
        {
            if (begun.Fits)
            {
                Guard(begun.Part);
                Camera?.Trigger();
            }
            else
                Answer(begun.Part, ResultReason.Overrun);
            return new TriggerOutcome(begun.Part.Id, null);
        }
        Interlocked.Increment(ref refused);
        telemetry.TriggersRefused.Add(1, Name);
        return new TriggerOutcome(0, refusal ?? "the service is stopping", stopping.IsCancellationRequested);
    }

    /// <summary>Inspects a picture that is not a part of the line: between parts, without telling the outputs.</summary>
    /// <returns>The answer, or null when too many wait already.</returns>
    /// <exception cref="PictureException">The picture cannot be inspected.</exception>
    public Task<PostedResult>? Post(CapturedFrame frame)
    {
        var reply = new TaskCompletionSource<PostedResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        frame.Timestamp = time.GetTimestamp();
        frame.Time = time.GetUtcNow();
        return intake.TryPost(frame, frame.Timestamp, reply) ? reply.Task : null;
    }

    /// <summary>Works by another configuration from now on, and with another model from the next part on, where one is given.</summary>
    public void Change(EdgeConfig box, StationConfig config, StationModel? replacement)
    {
        (this.box, Config) = (box, config);
        if (replacement is not null)
            Interlocked.Exchange(ref next, replacement)?.Dispose();
        else
            Drift = new DriftMonitor(box.Drift, Model.Inspector);
    }

    public StationState State()
    {
        var (inspector, quantiles) = (Model.Inspector, latency.Quantiles());
        return new StationState
        {
            Name = Name, Ready = NotReady is null, Mode = ConfigNames.Of(Config.Trigger.Mode.ToString()), Camera = Camera?.State,
            Bundle = inspector.Model.Id, BundleVersion = inspector.Model.Version, BundleHash = inspector.Model.Hash,
            Profile = inspector.Model.ProfileName, Precision = inspector.Model.Precision,
            Provider = inspector.Model.Provider.ToString().ToLowerInvariant(), ProviderNote = inspector.Model.ProviderNote,
            Threshold = inspector.Threshold, Alpha = inspector.Alpha, ThresholdSource = Model.ThresholdSource,
            Results = Enum.GetValues<ResultReason>().ToDictionary(reason => ConfigNames.Of(reason.ToString()), reason => Interlocked.Read(ref results[(int)reason])),
            Superseded = intake.Superseded, MissedTicks = intake.MissedTicks, Refused = Interlocked.Read(ref refused), Waiting = intake.Depth,
            P50Ms = quantiles?.P50, P95Ms = quantiles?.P95, P99Ms = quantiles?.P99, Drift = Drift.State, Last = last,
        };
    }

    /// <summary>Takes nothing more, answers every part that has begun, and waits for the one in hand.</summary>
    public void Stop()
    {
        stopping.Cancel();
        ticks?.Dispose();
        Camera?.Stop();
        foreach (var part in intake.Close())
            Answer(part, ResultReason.Stopped);
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted))
            return;
        thread.Join();
    }

    public void Dispose()
    {
        Stop();
        stopping.Dispose();
        Camera?.Dispose();
        next?.Dispose();
        model.Dispose();
    }

    /// <summary>Takes a picture as its camera gives it.</summary>
    internal void Deliver(CapturedFrame frame, bool waits)
    {
        var before = intake.Superseded;
        if (intake.Deliver(frame, waits, stopping.Token) is { } begun)
            if (!begun.Fits)
            {
                Answer(begun.Part, ResultReason.Overrun);
                intake.Return(frame);
            }
            else if (Config.Trigger.Mode == TriggerMode.Camera)
                Guard(begun.Part);
        if (intake.Superseded != before)
            telemetry.FramesDropped.Add(1, Name, "superseded");
    }

    private void Unusable(string? partId, string fault, bool eachCounts)
    {
        if (intake.Fail(partId, time.GetTimestamp(), eachCounts) is { } part)
            Answer(part, ResultReason.Error, error: fault);
    }

    private void Guard(Part part)
    {
        if (Config.Trigger.DeadlineMs is var limit and > 0)
        {
            var left = TimeSpan.FromMilliseconds(limit) - time.GetElapsedTime(part.Begun);
            part.Deadline = time.CreateTimer(_ => Expire(part), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire(Part part)
    {
        Answer(part, part.Frame is null ? ResultReason.NoFrame : ResultReason.Late);
        intake.Remove(part);
    }

    private void Work()
    {
        while (!intake.IsDrained)
        {
            Volatile.Write(ref beat, time.GetTimestamp());
            var part = intake.Take(Pulse);
            UseNextModel();
            if (part?.Frame is not { } frame)
                continue;
            if (!part.IsFinished)
                Inspect(part, frame);
            frame.Completed?.Invoke();
            // Posted pictures come with a buffer of their own: kept as spares they would add up.
            if (part.Reply is null)
                intake.Return(frame);
        }
    }

    private void UseNextModel()
    {
        if (Interlocked.Exchange(ref next, null) is not { } replacement)
            return;
        var old = model;
        Volatile.Write(ref model, replacement);
        Drift = new DriftMonitor(box.Drift, replacement.Inspector);
        old.Dispose();
    }

    private void Inspect(Part part, CapturedFrame frame)
    {
        cores.Wait();
        var start = time.GetTimestamp();
        try
        {
            inspected = model.Inspector.Inspect(frame.AsFrame(), inspected);
            Answer(part, ReasonOf(inspected.Outcome), start, inspected);
        }
        catch (Exception e)
        {
            // Whatever it was, the part gets an answer and the next part is inspected.
            if (e is not EdgeException)
                log.LogError(e, "Inspection {Id} failed", part.Id);
            Answer(part, ResultReason.Error, start, error: e.Message.ReplaceLineEndings(" "), fault: e);
        }
        finally
        {
            cores.Release();
        }
    }

    private static ResultReason ReasonOf(Outcome outcome) => outcome switch
    {
        Outcome.Good => ResultReason.Good,
        Outcome.Unlike => ResultReason.Unlike,
        _ => ResultReason.Defect,
    };

    private void Answer(Part part, ResultReason reason, long start = 0, InspectionResult? found = null, string? error = null, Exception? fault = null)
    {
        if (!part.TryFinish())
            return;
        part.Deadline?.Dispose();
        var now = time.GetTimestamp();
        var begin = start == 0 ? now : start;
        var (inspector, frame) = ((found is null ? Model : model).Inspector, part.Frame);
        var result = new PartResult
        {
            Id = part.Id, Box = box.Name, Station = Name, PartId = part.PartId, Reason = reason, Error = error, Time = time.GetUtcNow(),
            Verdict = reason == ResultReason.Good ? ResultVerdict.Ok : ResultVerdict.Ng,
            Score = found?.Score, PValue = found?.PValue, Threshold = found?.Threshold ?? inspector.Threshold,
            Profile = inspector.Model.ProfileName, Precision = inspector.Model.Precision, DecidedBy = found?.DecidedBy, Unlike = found?.Gate?.ToString(),
            Bundle = inspector.Model.Id, BundleVersion = inspector.Model.Version, BundleHash = inspector.Model.Hash,
            Frame = frame?.Sequence, Captured = frame?.Time,
            WaitMs = Milliseconds(frame?.Timestamp ?? part.Begun, begin), InspectMs = Milliseconds(begin, now), TotalMs = Milliseconds(part.Begun, now),
        };
        if (part.Reply is { } reply)
        {
            if (fault is PictureException)
                reply.TrySetException(fault);
            else
                reply.TrySetResult(new PostedResult(result, found?.Map.Values.ToArray() ?? [], frame!.Width, frame.Height));
            return;
        }
        // First the line, which waits for it; then everything that only watches.
        publish(result);
        Record(result, found is null ? null : frame, found?.Map);
    }

    private void Record(PartResult result, CapturedFrame? picture, AnomalyMap? map)
    {
        Interlocked.Increment(ref results[(int)result.Reason]);
        last = result;
        latency.Add(result.TotalMs);
        telemetry.Record(result);
        History.Add(result.Time, result.Score, result.Verdict == ResultVerdict.Ng);
        if (picture is null)
            return;
        Drift.Add(picture.AsFrame(), result.Score!.Value);
        Snapshot? snapshot = null;
        foreach (var sink in sinks)
            if (sink.Wants(result))
                sink.Take(snapshot ??= new Snapshot(result, picture, map!));
    }

    private double Milliseconds(long from, long to) => Math.Round(Math.Max(0, time.GetElapsedTime(from, to).TotalMilliseconds), 3);
}
