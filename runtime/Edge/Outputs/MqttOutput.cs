using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// Results, state and triggers by MQTT 3.1.1. Under TOPIC/BOX: <c>status</c> (retained; online, or offline as last will), <c>state</c>
/// (retained, the box's state as JSON, at most once a second), and under each station <c>result</c> (QoS 1), <c>trigger</c> (a part begins;
/// see <see cref="TriggerPayload"/>) and <c>refused</c> (why a trigger was not taken).
/// A result is held until the broker has acknowledged it. While the broker is away nothing within the buffer is lost, and a result may come
/// twice afterwards: its id tells.
/// </summary>
internal sealed class MqttOutput : IOutput
{
    /// <summary>Results sent and not acknowledged, at most; the library would queue any number where they could no longer be dropped.</summary>
    private const int MostInFlight = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StatePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly MqttConfig config;
    private readonly OutputContext context;
    private readonly ILogger log;
    private readonly string prefix;
    private readonly MosquittoClient client;
    private readonly ResultQueue queue;
    private readonly Lock gate = new();
    private readonly HashSet<int> inFlight = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource goodbyeSent = new();
    private Task work = Task.CompletedTask;
    private Line? line;
    private bool connected;
    private int goodbye;
    private volatile string? fault;
    private volatile LineState? state;
    private LineState? seenState;
    private byte[] publishedState = [];
    private long statePublished;

    /// <exception cref="EdgeException">The library is missing, or a password or certificate cannot be read.</exception>
    public MqttOutput(MqttConfig config, OutputContext context)
    {
        (this.config, this.context) = (config, context);
        log = context.Log.CreateLogger($"output.{Name}");
        prefix = $"{config.Topic}/{context.Box}";
        fault = $"{config.Host}:{config.Port}: not connected yet";
        queue = new ResultQueue(Name, config.Buffer, context.Telemetry);
        var password = config.PasswordFile is { } file ? SecretFile.Read(file, "outputs.mqtt.password_file") : null;
        foreach (var (key, path) in new[] { ("ca", config.Tls?.Ca), ("certificate", config.Tls?.Certificate), ("key", config.Tls?.Key) })
            if (path is not null)
                SecretFile.Read(path, $"outputs.mqtt.tls.{key}");
        client = new MosquittoClient(config.ClientId ?? $"edge-{context.Box}")
        {
            Connected = Connected, Published = Acknowledged, Received = Received, Failed = e => log.LogError(e, "MQTT: a message could not be handled"),
        };
        client.Will($"{prefix}/status", "offline"u8);
        if (config.User is { } user)
            client.Login(user, password);
        if (config.Tls is { } tls)
            client.Tls(tls.Ca, tls.Certificate, tls.Key);
    }

    public string Name => "mqtt";

    public string? Fault => fault;

    public int Pending => queue.Pending;

    public void Start(Line line)
    {
        this.line = line;
        work = Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning);
    }

    public void Publish(InspectionResult result)
    {
        queue.Add(result);
        Send();
    }

    public void StateChanged(LineState state) => this.state = state;

    public Task Flush(CancellationToken deadline) => queue.Settled(deadline);

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (connected)
            {
                PublishState();
                goodbye = client.Publish($"{prefix}/status", "offline"u8, qos: 1, retain: true);
            }
            else
                goodbyeSent.TrySetResult();
        }
        await Task.WhenAny(goodbyeSent.Task, Task.Delay(Farewell));
        await stopping.CancelAsync();
        client.Disconnect();
        await Task.WhenAny(work, Task.Delay(Farewell));
        client.Dispose();
    }

    private void Work()
    {
        var backoff = new Backoff(FirstPause, LongestPause);
        while (!stopping.IsCancellationRequested)
        {
            var begun = context.Time.GetTimestamp();
            try
            {
                client.Connect(config.Host, config.Port, config.KeepaliveSeconds);
                while (connected || !stopping.IsCancellationRequested)
                {
                    client.Loop(Patience);
                    if (connected)
                        Tend();
                    else if (context.Time.GetElapsedTime(begun) > ConnectTime)
                        throw new DeviceException($"no answer within {ConnectTime.TotalSeconds} s");
                }
            }
            catch (Exception e)
            {
                Disconnected(e);
            }
            // Not after a short connection: two boxes of one name would throw each other out as fast as they can.
            if (context.Time.GetElapsedTime(begun) > LongestPause)
                backoff.Reset();
            stopping.Token.WaitHandle.WaitOne(backoff.Next());
        }
    }

    private void Connected()
    {
        // QoS 0, so that the broker keeps no trigger while this box is away: it would photograph another part than was meant.
        client.Subscribe($"{prefix}/+/trigger", qos: 0);
        client.Publish($"{prefix}/status", "online"u8, qos: 0, retain: true);
        lock (gate)
            (connected, seenState, publishedState, statePublished) = (true, null, [], 0);
        fault = null;
        log.LogInformation("MQTT: connected to {Host}:{Port}", config.Host, config.Port);
    }

    private void Disconnected(Exception e)
    {
        lock (gate)
            connected = false;
        if (stopping.IsCancellationRequested)
            return;
        var reason = $"{config.Host}:{config.Port}: {e.Message}";
        if (reason != fault)
            log.LogWarning(e is DeviceException ? null : e, "MQTT: not connected, {Reason}", reason);
        fault = reason;
    }

    /// <summary>Hands over what there is, as far as the broker keeps up.</summary>
    private void Tend()
    {
        Send();
        lock (gate)
            if (statePublished == 0 || context.Time.GetElapsedTime(statePublished) >= StatePause)
                PublishState();
    }

    private void Send()
    {
        lock (gate)
            while (connected && goodbye == 0 && inFlight.Count < MostInFlight && queue.TryTake(out var result))
                try
                {
                    inFlight.Add(client.Publish($"{prefix}/{result.Station}/result", ResultJson.Bytes(result), qos: 1, retain: false));
                }
                catch (Exception e)
                {
                    log.LogError(e, "MQTT: the result of inspection {Id} is lost", result.Id);
                    queue.Dropped();
                }
    }

    private void Acknowledged(int mid)
    {
        bool isResult;
        lock (gate)
        {
            isResult = inFlight.Remove(mid);
            if (goodbye != 0 && mid == goodbye)
                goodbyeSent.TrySetResult();
        }
        if (isResult)
            queue.Delivered();
    }

    private void PublishState()
    {
        if (state is not { } now || ReferenceEquals(now, seenState))
            return;
        seenState = now;
        var json = ResultJson.Bytes(now);
        if (json.AsSpan().SequenceEqual(publishedState))
            return;
        client.Publish($"{prefix}/state", json, qos: 0, retain: true);
        (publishedState, statePublished) = (json, context.Time.GetTimestamp());
    }

    private void Received(string topic, ReadOnlySpan<byte> payload, bool retained)
    {
        var name = topic[(prefix.Length + 1)..^"/trigger".Length];
        var station = line!.Find(name);
        string? partId = null;
        var refusal = station is null ? $"there is no station {name}"
            : retained ? "it is retained, and so of a part long gone"
            : TriggerPayload.Read(payload, out partId);
        if (refusal is not null)
            context.Telemetry.TriggersRefused.Add(1, station?.Name ?? "unknown");
        else
            refusal = station!.Trigger(partId).Refusal;
        if (refusal is null)
            return;
        log.LogWarning("MQTT: a trigger for {Station} is refused: {Reason}", name, refusal);
        client.Publish($"{prefix}/{name}/refused", ResultJson.Bytes(new { PartId = partId, Reason = refusal }), qos: 0, retain: false);
    }
}
