using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Cameras;

/// <summary>Keeps a camera open: watches for stalls, opens it again with backoff and jitter, and never lets a hanging driver hold up the rest.</summary>
internal sealed class CameraSupervisor : IDisposable
{
    /// <summary>How long one call waits for a picture; also how soon a camera notices that it is no longer wanted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a camera that failed may take to close at most before the next attempt goes ahead without it.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(1);

    /// <summary>Opening a camera, or reading a picture from a folder or file, takes no longer than this unless it hangs.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    /// <summary>What a camera that gives up by itself gets on top of the time it is given, to close again.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);

    /// <summary>Threads in calls that never returned. Their number grows only while something is badly broken, and then a new process is the cure.</summary>
    private const int MostLeftBehind = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);

    private readonly string station;
    private readonly Func<ICamera> open;
    private readonly Action<CapturedFrame, bool> deliver;
    private readonly Action<string?, string, bool> unusable;
    private readonly Func<CapturedFrame> rent;
    private readonly Action<CapturedFrame> giveBack;
    private readonly Telemetry telemetry;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly TimeSpan stall;
    private readonly TimeSpan grace;
    private readonly TimeSpan longestPause;
    private readonly TimeSpan longestOpening;
    private readonly Thread thread;
    private readonly object gate = new();
    private bool stopping;
    private int leftBehind;
    private Opening? current;
    private CameraState state;
    private long frames;

    /// <param name="station">Name of the station, for metrics and threads.</param>
    /// <param name="config">The camera.</param>
    /// <param name="deliver">Takes a picture, and whether the camera can wait; may block, and throws <see cref="OperationCanceledException"/> when stopping.</param>
    /// <param name="unusable">Told of a picture that was taken but cannot be used: the part's id where the camera knows it, what is wrong, and
    /// whether this camera takes no picture but those it is asked for.</param>
    /// <param name="rent">Gives an empty buffer.</param>
    /// <param name="giveBack">Takes a buffer that was not delivered.</param>
    /// <param name="telemetry">The metrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="open">Opens the camera; null opens what the configuration says.</param>
    public CameraSupervisor(string station, CameraConfig config, Action<CapturedFrame, bool> deliver, Action<string?, string, bool> unusable,
        Func<CapturedFrame> rent, Action<CapturedFrame> giveBack, Telemetry telemetry, TimeProvider time, ILogger log, Func<ICamera>? open = null)
    {
        (this.station, this.deliver, this.unusable, this.rent, this.giveBack) = (station, deliver, unusable, rent, giveBack);
        (this.telemetry, this.time, this.log) = (telemetry, time, log);
        this.open = open ?? CameraFactory.Opener(config, time, log);
        (stall, longestPause) = (TimeSpan.FromSeconds(config.StallSeconds), TimeSpan.FromSeconds(config.ReopenSeconds));
        var opening = TimeSpan.FromSeconds(config.OpenSeconds ?? 0) + ClosingTime;
        longestOpening = opening > LongestCall ? opening : LongestCall;
        grace = stall < LongestGrace ? stall : LongestGrace;
        state = new CameraState(false, false, time.GetUtcNow(), 0, 0, null);
        thread = new Thread(Supervise) { IsBackground = true, Name = $"camera {station}" };
    }

    /// <summary>How the camera is doing.</summary>
    public CameraState State
    {
        get
        {
            lock (gate)
                return state with { Frames = Interlocked.Read(ref frames) };
        }
    }

    /// <summary>What only a new process can cure; null unless that is so. Whoever runs the line ends it with this, and is started again.</summary>
    public DeviceException? Fatal { get; private set; }

    public void Start() => thread.Start();

    /// <summary>Asks for an exposure, where the camera makes one on demand.</summary>
    public void Trigger()
    {
        ICamera? camera;
        lock (gate)
            camera = current?.Camera;
        camera?.Trigger();
    }

    /// <summary>Takes no more pictures. A camera that does not close within a second is left to the end of the process.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
            thread.Join();
    }

    public void Dispose() => Stop();

    private void Supervise()
    {
        var backoff = new Backoff(FirstPause, longestPause);
        while (true)
        {
            var opening = new Opening { Since = time.GetTimestamp() };
            lock (gate)
            {
                if (stopping)
                    return;
                current = opening;
            }
            new Thread(() => Run(opening)) { IsBackground = true, Name = $"capture {station}" }.Start();
            var fault = Watch(opening);
            var gone = Abandon(opening, fault);
            if (fault is null)
                return;
            if (!gone && leftBehind > MostLeftBehind)
            {
                Fatal = new DeviceException($"Camera of station {station}: {leftBehind} calls into its driver have not returned ({fault}); the process must be started again.");
                log.LogCritical("{Fault}", Fatal.Message);
                return;
            }

            // One picture does not make a sound camera: only one that lasted begins again with short pauses.
            if (opening.UpSince is { } up && time.GetElapsedTime(up) > 2 * stall + grace)
                backoff.Reset();
            var pause = backoff.Next();
            log.LogWarning("Camera down: {Fault}. Opened again in {Seconds:0.0} s{LeftBehind}", fault, pause.TotalSeconds,
                gone ? "" : $"; calls into its driver that have not returned: {leftBehind}");
            var failed = time.GetTimestamp();
            lock (gate)
                while (!stopping && time.GetElapsedTime(failed) is var waited && waited < pause)
                    Monitor.Wait(gate, pause - waited + TimeSpan.FromMilliseconds(1));
        }
    }

    /// <returns>Why the opening is over; null when it has ended or is to stop.</returns>
    private string? Watch(Opening opening)
    {
        var tick = TimeSpan.FromMilliseconds(Math.Clamp(stall.TotalMilliseconds / 8, 10, 250));
        lock (gate)
            while (true)
            {
                if (stopping || state.Ended)
                    return null;
                if ((opening.Fault ?? Hang(opening)) is { } fault)
                    return fault;
                Monitor.Wait(gate, tick);
            }
    }

    private string? Hang(Opening opening)
    {
        if (!opening.InCall)
            return null;
        if (opening.Camera is not { } camera)
            return time.GetElapsedTime(opening.Since) > longestOpening ? $"it has not opened within {longestOpening.TotalSeconds} s" : null;
        return camera.Streams
            ? time.GetElapsedTime(opening.Since) > stall ? string.Create(CultureInfo.InvariantCulture, $"no picture for {stall.TotalSeconds} s") : null
            : time.GetElapsedTime(opening.CallSince) > LongestCall ? $"no answer for {LongestCall.TotalSeconds} s" : null;
    }

    /// <summary>Ignores whatever still comes of an opening.</summary>
    /// <returns>Whether its thread has ended.</returns>
    private bool Abandon(Opening opening, string? fault)
    {
        lock (gate)
        {
            (opening.Abandoned, current) = (true, null);
            if (fault is not null)
                state = state with { Up = false, Since = state.Up || state.Error is null ? time.GetUtcNow() : state.Since, Error = fault, Reopens = state.Reopens + (opening.Camera is null ? 0 : 1) };
            var from = time.GetTimestamp();
            while (!opening.Over && time.GetElapsedTime(from) is var waited && waited < grace)
                Monitor.Wait(gate, grace - waited + TimeSpan.FromMilliseconds(1));
            if (!opening.Over)
            {
                opening.LeftBehind = true;
                leftBehind++;
            }
            return opening.Over;
        }
    }

    private void Run(Opening opening)
    {
        ICamera? camera = null;
        CapturedFrame? frame = null;
        try
        {
            camera = open();
            Opened(opening, camera);
            while (Enter(opening))
            {
                frame ??= rent();
                var (status, fault) = Capture(camera, frame);
                if (!Leave(opening, camera, status))
                    break;
                switch (status)
                {
                    case CaptureStatus.Captured:
                        (frame.Timestamp, frame.Time) = (time.GetTimestamp(), time.GetUtcNow());
                        Interlocked.Increment(ref frames);
                        telemetry.Frames.Add(1, station);
                        if (camera.Streams)
                            RefuseFrozen(opening, frame);
                        var taken = frame;
                        frame = null;
                        deliver(taken, camera.Waits);
                        break;
                    case CaptureStatus.Incomplete:
                        telemetry.FramesDropped.Add(1, station, fault is null ? "incomplete" : "unusable");
                        fault ??= "the picture arrived incomplete";
                        log.LogWarning("Picture not inspected: {Fault}", fault);
                        unusable(frame.PartId, fault, !camera.Streams);
                        frame.Reset();
                        break;
                    case CaptureStatus.Ended:
                        End(opening);
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The station is stopping.
        }
        catch (Exception e)
        {
            if (e is not EdgeException)
                log.LogError(e, "The camera failed in a way nobody foresaw");
            lock (gate)
            {
                opening.Fault = e.Message.ReplaceLineEndings(" ");
                Monitor.PulseAll(gate);
            }
        }
        finally
        {
            if (frame is not null)
                giveBack(frame);
            Close(opening, camera);
        }
    }

    private static (CaptureStatus Status, string? Fault) Capture(ICamera camera, CapturedFrame frame)
    {
        try
        {
            return (camera.Capture(frame, Patience), null);
        }
        catch (PictureException e)
        {
            return (CaptureStatus.Incomplete, e.Message.ReplaceLineEndings(" "));
        }
    }

    private void Opened(Opening opening, ICamera camera)
    {
        lock (gate)
        {
            (opening.Camera, opening.Since) = (camera, time.GetTimestamp());
            // Whoever waits for parts is up without one.
            if (!camera.Streams && !opening.Abandoned)
                Up(opening);
        }
    }

    /// <summary>Begins a call into the driver.</summary>
    /// <returns>False when the opening is no longer wanted.</returns>
    private bool Enter(Opening opening)
    {
        lock (gate)
        {
            opening.InCall = true;
            opening.CallSince = time.GetTimestamp();
            // Time spent in handing over a picture is not the camera's.
            if (opening.GavePicture)
                (opening.Since, opening.GavePicture) = (opening.CallSince, false);
            return !opening.Abandoned && !stopping;
        }
    }

    /// <summary>Ends a call into the driver.</summary>
    /// <returns>False when the opening is no longer wanted, and with it whatever the call brought.</returns>
    private bool Leave(Opening opening, ICamera camera, CaptureStatus status)
    {
        lock (gate)
        {
            opening.InCall = false;
            if (opening.Abandoned || stopping)
                return false;
            if (status == CaptureStatus.Captured)
            {
                opening.GavePicture = true;
                Up(opening);
            }
            else
                // Silence goes on; only what streams is judged by it.
                opening.InCall = camera.Streams && status == CaptureStatus.Nothing;
            return true;
        }
    }

    private void Up(Opening opening)
    {
        opening.UpSince ??= time.GetTimestamp();
        if (state.Up)
            return;
        state = state with { Up = true, Since = time.GetUtcNow(), Error = null };
        log.LogInformation("Camera up");
    }

    private void End(Opening opening)
    {
        lock (gate)
            if (!opening.Abandoned)
            {
                state = state with { Up = false, Ended = true, Since = time.GetUtcNow(), Error = null };
                log.LogInformation("Camera has ended");
                Monitor.PulseAll(gate);
            }
    }

    private void Close(Opening opening, ICamera? camera)
    {
        try
        {
            camera?.Dispose();
        }
        catch (Exception e)
        {
            log.LogWarning("The camera did not close as it should: {Fault}", e.Message);
        }
        lock (gate)
        {
            opening.Over = true;
            if (opening.LeftBehind)
                leftBehind--;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// A live sensor has noise, so a picture that comes again bit for bit does not show the part in front of the camera. One even colour is
    /// let through: that is darkness or glare, which cannot pass for a part.
    /// </summary>
    private void RefuseFrozen(Opening opening, CapturedFrame frame)
    {
        var pixels = frame.AsFrame().Pixels;
        var hash = Hash(pixels);
        if (hash != opening.Hash)
            (opening.Hash, opening.HashSince) = (hash, frame.Timestamp);
        else if (time.GetElapsedTime(opening.HashSince) > stall && pixels.ContainsAnyExcept(pixels[0]))
            throw new DeviceException(string.Create(CultureInfo.InvariantCulture, $"it has frozen: the same picture, bit for bit, for {stall.TotalSeconds} s"));
    }

    /// <summary>CRC-32C: one instruction of the processor's for eight bytes.</summary>
    private static uint Hash(ReadOnlySpan<byte> pixels)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(pixels);
        var crc = (uint)pixels.Length;
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var value in pixels[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    /// <summary>One attempt with the camera, from opening it to closing it; all of it guarded by the supervisor's gate but the hash, which is its thread's.</summary>
    private sealed class Opening
    {
        /// <summary>Null until it is open.</summary>
        public ICamera? Camera { get; set; }

        /// <summary>When it began, was open, or last gave a picture: what silence is measured from.</summary>
        public long Since { get; set; }

        /// <summary>When the last call into the driver began.</summary>
        public long CallSince { get; set; }

        /// <summary>Whether the thread is in the driver, or would be but for a moment, so that time counts against the camera.</summary>
        public bool InCall { get; set; } = true;

        public bool GavePicture { get; set; }

        /// <summary>When it became able to give pictures; null before.</summary>
        public long? UpSince { get; set; }

        /// <summary>Why it is over, where its thread says so.</summary>
        public string? Fault { get; set; }

        public bool Abandoned { get; set; }

        public bool LeftBehind { get; set; }

        /// <summary>Whether its thread has ended and the camera is closed.</summary>
        public bool Over { get; set; }

        public uint Hash { get; set; }

        public long HashSince { get; set; }
    }
}
