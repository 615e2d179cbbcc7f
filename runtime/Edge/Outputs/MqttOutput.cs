using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Edge.Outputs;

/// <summary>
/// Results, state and triggers by MQTT 5, or 3.1.1 where the broker does not know 5. Under TOPIC/BOX: <c>status</c> (retained; online, or offline
/// as last will), <c>state</c> (retained, the box's state as JSON, at most once a second), and under each station <c>result</c> (QoS 1),
/// <c>trigger</c> (a part begins; see <see cref="TriggerPayload"/>) and <c>refused</c> (why a trigger was not taken).
/// A result is held until the broker has acknowledged it. While the broker is away nothing within the buffer is lost, and a result may come
/// twice afterwards: its id tells.
/// </summary>
internal sealed class MqttOutput : IOutput
{
    /// <summary>Results sent and not acknowledged, at most; they could no longer be dropped for newer ones.</summary>
    private const int MostInFlight = 20;

    /// <summary>How a broker of 3.1.1 says that it does not know MQTT 5, which has another code for that.</summary>
    private const MqttClientConnectResultCode UnacceptableVersion = (MqttClientConnectResultCode)1;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AcknowledgeTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StatePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly MqttConfig config;
    private readonly OutputContext context;
    private readonly ILogger log;
    private readonly string prefix;
    private readonly MqttClientCredentials? credentials;
    private readonly MqttTls? tls;
    private readonly ResultQueue queue;
    private readonly List<MqttApplicationMessage> inFlight = [];
    private readonly List<Task<MqttClientPublishResult>> answers = [];
    private readonly CancellationTokenSource stopping = new();
    private Task work = Task.CompletedTask;
    private Line? line;
    private volatile string? fault;
    private volatile LineState? state;

    /// <exception cref="ConfigException">A password or certificate cannot be read.</exception>
    public MqttOutput(MqttConfig config, OutputContext context)
    {
        (this.config, this.context) = (config, context);
        log = context.Log.CreateLogger($"output.{Name}");
        prefix = $"{config.Topic}/{context.Box}";
        fault = $"{config.Host}:{config.Port}: not connected yet";
        queue = new ResultQueue(Name, config.Buffer, context.Telemetry);
        var password = config.PasswordFile is { } file ? Encoding.UTF8.GetBytes(SecretFile.Read(file, "outputs.mqtt.password_file")) : null;
        credentials = config.User is { } user ? new MqttClientCredentials(user, password) : null;
        tls = config.Tls is { } files ? new MqttTls(files, config.Host) : null;
    }

    public string Name => "mqtt";

    public string? Fault => fault;

    public int Pending => queue.Pending;

    public void Start(Line line)
    {
        this.line = line;
        work = Task.Run(Work);
    }

    public void Publish(PartResult result) => queue.Add(result);

    public void StateChanged(LineState state) => this.state = state;

    public Task Flush(CancellationToken deadline) => queue.Settled(deadline);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(work, Task.Delay(2 * Farewell));
    }

    private async Task Work()
    {
        var backoff = new Backoff(FirstPause, LongestPause);
        while (!stopping.IsCancellationRequested)
        {
            var begun = context.Time.GetTimestamp();
            try
            {
                if (!await Session(MqttProtocolVersion.V500) && !await Session(MqttProtocolVersion.V311))
                    throw new DeviceException("the broker knows neither MQTT 5 nor MQTT 3.1.1");
            }
            catch (Exception e)
            {
                if (!stopping.IsCancellationRequested)
                    Report(Reason(e));
            }
            // Not after a short connection: two boxes of one name would throw each other out as fast as they can.
            if (context.Time.GetElapsedTime(begun) > LongestPause)
                backoff.Reset();
            await Task.Delay(backoff.Next(), context.Time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection, from its first packet to its last.</summary>
    /// <returns>Whether the broker knows this version of MQTT.</returns>
    private async Task<bool> Session(MqttProtocolVersion version)
    {
        var stop = stopping.Token;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var client = new MqttClientFactory().CreateMqttClient();
        var end = "the broker closed the connection";
        client.ApplicationMessageReceivedAsync += message => Received(client, message.ApplicationMessage);
        client.DisconnectedAsync += e =>
        {
            if (e.Exception is { } exception)
                end = Reason(exception);
            else if (e.Reason != MqttClientDisconnectReason.NormalDisconnection)
                end = $"the broker ended the connection: {e.Reason} {e.ReasonString}".TrimEnd();
            return lost.CancelAsync();
        };

        var answer = await Connect(client, version, stop);
        if (answer.ResultCode is MqttClientConnectResultCode.UnsupportedProtocolVersion or UnacceptableVersion)
            return false;
        if (answer.ResultCode is MqttClientConnectResultCode.NotAuthorized or MqttClientConnectResultCode.BadUserNameOrPassword)
            throw new DeviceException($"not authorised ({answer.ResultCode}); check outputs.mqtt.user, password_file and tls.certificate");
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
            throw new DeviceException($"the broker refuses the connection: {answer.ResultCode} {answer.ReasonString}".TrimEnd());

        await Subscribe(client, lost.Token);
        await client.PublishAsync(Message("status", "online"u8.ToArray(), isRetained: true), lost.Token);
        var name = version == MqttProtocolVersion.V500 ? "5" : "3.1.1";
        log.LogInformation("MQTT: connected to {Host}:{Port} by MQTT {Version}", config.Host, config.Port, name);
        Report(null);

        var window = Math.Min(MostInFlight, (int)(answer.ReceiveMaximum ?? MostInFlight));
        Task[] tasks = [Deliver(client, window, lost.Token), TellState(client, lost.Token)];
        var first = await Task.WhenAny(tasks);
        await lost.CancelAsync();
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
            throw first.Exception?.InnerException ?? new DeviceException(end);
        await Leave(client);
        return true;
    }

    private async Task<MqttClientConnectResult> Connect(IMqttClient client, MqttProtocolVersion version, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ConnectTime);
        try
        {
            return await client.ConnectAsync(new MqttClientOptions
            {
                ProtocolVersion = version,
                ClientId = config.ClientId ?? $"edge-{context.Box}",
                Credentials = credentials,
                KeepAlivePeriod = TimeSpan.FromSeconds(config.KeepaliveSeconds),
                WillTopic = $"{prefix}/status",
                WillPayload = "offline"u8.ToArray(),
                WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                WillRetain = true,
                ChannelOptions = new MqttClientTcpOptions
                {
                    RemoteEndpoint = new DnsEndPoint(config.Host, config.Port),
                    StreamProvider = tls,
                    // MQTTnet's default throws away what is not sent yet: the goodbye.
                    LingerState = new LingerOption(false, 0),
                },
            }, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DeviceException($"no answer within {ConnectTime.TotalSeconds} s");
        }
        catch (MqttConnectingFailedException e) when (config.Tls?.Certificate is null)
        {
            // A broker that wants TLS, or a certificate, ends the connection and often does not say so.
            var wanted = config.Tls is null ? "TLS (outputs.mqtt.tls)" : "a certificate (outputs.mqtt.tls.certificate)";
            throw new DeviceException($"{Reason(e)}; does the broker want {wanted}?", e);
        }
    }

    /// <summary>
    /// Asks for triggers. With QoS 0, so that the broker keeps none while this box is away: it would photograph another part than was meant.
    /// </summary>
    private async Task Subscribe(IMqttClient client, CancellationToken lost)
    {
        var topic = $"{prefix}/+/trigger";
        var answer = await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtMostOnce, lost);
        if (answer.Items.First().ResultCode is var code and > MqttClientSubscribeResultCode.GrantedQoS2)
            log.LogWarning("MQTT: the broker refuses the subscription to {Topic} ({Reason}); no trigger comes by MQTT", topic, code);
    }

    /// <summary>Hands over results in order, and first those that a connection before this one left without an answer.</summary>
    private async Task Deliver(IMqttClient client, int window, CancellationToken lost)
    {
        var backoff = new Backoff(FirstPause, LongestPause);
        Settle();
        while (true)
        {
            if (inFlight.Count == 0)
                Load(await queue.Take(lost));
            while (inFlight.Count < window && queue.TryTake(out var result))
                Load(result);
            while (answers.Count < inFlight.Count)
                answers.Add(client.PublishAsync(inFlight[answers.Count], CancellationToken.None));
            if (answers.Count == 0)
                continue;
            // The broker answers in order, so the oldest is the next.
            var answer = await Acknowledged(answers[0], lost);
            if (answer.IsSuccess)
            {
                inFlight.RemoveAt(0);
                answers.RemoveAt(0);
                queue.Delivered();
                Report(null);
                backoff.Reset();
            }
            else
            {
                Report($"the broker refuses results: {answer.ReasonCode} {answer.ReasonString}".TrimEnd());
                await Acknowledged(Task.WhenAll(answers), lost);
                Settle();
                await Task.Delay(backoff.Next(), context.Time, lost);
            }
        }
    }

    private async Task<T> Acknowledged<T>(Task<T> answer, CancellationToken lost)
    {
        try
        {
            return await answer.WaitAsync(AcknowledgeTime, context.Time, lost);
        }
        catch (TimeoutException e)
        {
            throw new DeviceException($"the broker acknowledges nothing within {AcknowledgeTime.TotalSeconds} s", e);
        }
    }

    /// <summary>Keeps what the broker has not taken, to be sent again.</summary>
    private void Settle()
    {
        for (var i = answers.Count - 1; i >= 0; i--)
            if (answers[i] is { IsCompletedSuccessfully: true, Result.IsSuccess: true })
            {
                inFlight.RemoveAt(i);
                queue.Delivered();
            }
        answers.Clear();
    }

    private void Load(PartResult result)
    {
        try
        {
            inFlight.Add(Message($"{result.Station}/result", ResultJson.Bytes(result), MqttQualityOfServiceLevel.AtLeastOnce));
        }
        catch (Exception e)
        {
            // One result that cannot be written must not end the output.
            log.LogError(e, "MQTT: the result of inspection {Id} is lost", result.Id);
            queue.Dropped();
        }
    }

    /// <summary>Publishes the state when it has changed, at most once a second, and a last time at the end.</summary>
    private async Task TellState(IMqttClient client, CancellationToken lost)
    {
        LineState? seen = null;
        byte[] told = [];
        bool isLast;
        do
        {
            isLast = lost.IsCancellationRequested;
            var pause = Look;
            if (state is { } now && !ReferenceEquals(now, seen))
            {
                seen = now;
                var json = ResultJson.Bytes(now);
                if (!json.AsSpan().SequenceEqual(told))
                {
                    await client.PublishAsync(Message("state", json, isRetained: true), CancellationToken.None);
                    (told, pause) = (json, StatePause);
                }
            }
            await Task.Delay(pause, context.Time, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!isLast);
    }

    /// <summary>Says goodbye, so that the broker need not speak the will.</summary>
    private async Task Leave(IMqttClient client)
    {
        using var limit = new CancellationTokenSource(Farewell);
        await client.PublishAsync(Message("status", "offline"u8.ToArray(), MqttQualityOfServiceLevel.AtLeastOnce, isRetained: true), limit.Token);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token);
    }

    private async Task Received(IMqttClient client, MqttApplicationMessage message)
    {
        try
        {
            var name = message.Topic[(prefix.Length + 1)..^"/trigger".Length];
            var station = line!.Find(name);
            string? partId = null;
            var refusal = station is null ? $"there is no station {name}"
                : message.Retain ? "it is retained, and so of a part long gone"
                : TriggerPayload.Read(message.Payload.ToArray(), out partId);
            if (refusal is not null)
                context.Telemetry.TriggersRefused.Add(1, station?.Name ?? "unknown");
            else
                refusal = station!.Trigger(partId).Refusal;
            if (refusal is null)
                return;
            log.LogWarning("MQTT: a trigger for {Station} is refused: {Reason}", name, refusal);
            await client.PublishAsync(Message($"{name}/refused", ResultJson.Bytes(new { PartId = partId, Reason = refusal })), stopping.Token);
        }
        catch (Exception e)
        {
            log.LogError(e, "MQTT: a message could not be handled");
        }
    }

    private MqttApplicationMessage Message(
        string topic, byte[] payload, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtMostOnce, bool isRetained = false) =>
        new() { Topic = $"{prefix}/{topic}", Payload = new ReadOnlySequence<byte>(payload), QualityOfServiceLevel = qos, Retain = isRetained };

    /// <param name="reason">What keeps results from being delivered; null for nothing.</param>
    private void Report(string? reason)
    {
        var now = reason is null ? null : $"{config.Host}:{config.Port}: {reason}";
        if (now is not null && now != fault)
            log.LogWarning("MQTT: results wait, {Reason}", now);
        fault = now;
    }

    /// <summary>The cause that lies deepest: those around it only say that something failed.</summary>
    private static string Reason(Exception e) => e is DeviceException ? e.Message
        : e.GetBaseException() is MqttCommunicationTimedOutException or OperationCanceledException ? "the broker does not answer"
        : e.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
}
