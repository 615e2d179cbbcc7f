using System.Collections.Concurrent;
using System.Text.Json;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Edge.Tests.Outputs;

/// <summary>Against Mosquitto, and against a broker in this process where one must do what Mosquitto cannot be told to.</summary>
public sealed class MqttOutputTests : IDisposable
{
    private const string Results = "edge/box1/top/result", Status = "edge/box1/status";

    private readonly TemporaryFolder folder = new();
    private readonly Telemetry telemetry = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Publish_Result_ArrivesWithQos1()
    {
        using var broker = new Broker(folder.Path);
        using var subscriber = new Subscriber(broker.Port);
        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port });

        output.Publish(TestOutputs.Result(7, ResultVerdict.Ng));
        await TestOutputs.Flushed(output);

        await Wait.Until(() => subscriber.Texts(Results).Count == 1, "the result");
        var row = JsonDocument.Parse(subscriber.Texts(Results)[0]).RootElement;
        Assert.Equal((7, "ng", "defect"), (row.GetProperty("id").GetInt64(), row.GetProperty("verdict").GetString(), row.GetProperty("reason").GetString()));
        Assert.Equal((1, null), (telemetry.OutputDelivered.Value("mqtt"), output.Fault));
        // The broker's own words: MQTT 5, a clean session (what waits is kept here, and the broker must keep no trigger for later), the will, QoS 1.
        await broker.Says("as edge-box1 (p5, c1, k10)");
        await broker.Says("Will message specified (7 bytes) (r1, q1)");
        await broker.Says("Received PUBLISH from edge-box1 (d0, q0, r1,", $"'{Status}'");
        await broker.Says("Received PUBLISH from edge-box1 (d0, q1, r0,", $"'{Results}'");
    }

    [Fact]
    public async Task StateChanged_LateSubscriber_GetsStatusAndStateRetained()
    {
        using var broker = new Broker(folder.Path);
        using var first = new Subscriber(broker.Port);
        var output = Started(new() { Host = "127.0.0.1", Port = broker.Port });
        output.StateChanged(TestOutputs.State(ready: true));
        await Wait.Until(() => first.Texts("edge/box1/state").Count > 0, "the state");

        using (var late = new Subscriber(broker.Port))
        {
            await Wait.Until(() => late.Texts("edge/box1/state").Count > 0 && late.Texts(Status).Count > 0, "what was retained");
            Assert.Contains((Status, "online", true), late.Messages);
            Assert.True(JsonDocument.Parse(late.Texts("edge/box1/state")[0]).RootElement.GetProperty("ready").GetBoolean());
        }

        // The last state comes out at the end, however soon after the one before.
        output.StateChanged(TestOutputs.State(ready: false));
        await output.DisposeAsync();
        await Wait.Until(() => first.Texts(Status).Count == 2, "the goodbye");
        Assert.Equal(["online", "offline"], first.Texts(Status));
        Assert.Equal([true, false], first.Texts("edge/box1/state").Select(text => JsonDocument.Parse(text).RootElement.GetProperty("ready").GetBoolean()));
        await broker.Says("Received DISCONNECT from edge-box1");
    }

    [Fact]
    public async Task StateChanged_Often_IsPublishedOnceASecondAndOnlyChanges()
    {
        using var broker = new Broker(folder.Path);
        using var subscriber = new Subscriber(broker.Port);
        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port });
        await Wait.Until(() => output.Fault is null, "the connection");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; clock.ElapsedMilliseconds < 1500; i++)
        {
            output.StateChanged(TestOutputs.State(ready: true, $"warning {i}"));
            await Task.Delay(5);
        }
        output.StateChanged(TestOutputs.State(ready: true, "the last"));
        await Wait.Until(() => subscriber.Texts("edge/box1/state") is [.., var last] && last.Contains("the last"), "the last state");
        Assert.InRange(subscriber.Texts("edge/box1/state").Count, 2, 2 + (int)clock.Elapsed.TotalSeconds);

        var count = subscriber.Texts("edge/box1/state").Count;
        for (var i = 0; i < 30; i++)
        {
            output.StateChanged(TestOutputs.State(ready: true, "the last"));
            await Task.Delay(50);
        }
        Assert.Equal(count, subscriber.Texts("edge/box1/state").Count);
    }

    [Fact]
    public async Task Connection_Dies_BrokerSpeaksTheLastWill_AndItComesBack()
    {
        using var broker = new Broker(folder.Path);
        using var cable = new Cable(broker.Port);
        using var subscriber = new Subscriber(broker.Port);
        await using var output = Started(new() { Host = "127.0.0.1", Port = cable.Port });
        await Wait.Until(() => subscriber.Texts(Status).Count == 1, "online");

        cable.Cut();
        await Wait.Until(() => subscriber.Texts(Status).Count == 2, "the last will");
        await Wait.Until(() => output.Fault is not null, "a fault");
        Assert.Equal(["online", "offline"], subscriber.Texts(Status));
        Assert.Contains($"127.0.0.1:{cable.Port}", output.Fault);

        cable.Mend();
        await Wait.Until(() => subscriber.Texts(Status).Count == 3, "online again");
        Assert.Equal("online", subscriber.Texts(Status)[^1]);
        await Wait.Until(() => output.Fault is null, "no fault");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broker_KilledAndBack_All200ResultsOfTheMeantimeArrive(bool isEncrypted)
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Issue("ca", "broker", "IP:127.0.0.1");
        var secure = Loopback.FreePort();
        using var broker = new Broker(folder.Path, ["allow_anonymous true", $"listener {secure} 127.0.0.1", .. certificates.Listener("broker")]);
        using var cable = new Cable(isEncrypted ? secure : broker.Port);
        var tls = isEncrypted ? new MqttTlsConfig { Ca = certificates.At("ca.crt") } : null;
        await using var output = Started(new() { Host = "127.0.0.1", Port = cable.Port, Tls = tls });
        await Wait.Until(() => output.Fault is null, "the connection");

        broker.Kill();
        await Wait.Until(() => output.Fault is not null, "a fault");
        for (var id = 1; id <= 200; id++)
        {
            output.Publish(TestOutputs.Result(id));
            await Task.Delay(10);
        }
        Assert.Equal(200, output.Pending);
        // The broker forgets its sessions; so the subscriber has to be there before the results are.
        cable.Cut();
        broker.Start();
        using var subscriber = new Subscriber(broker.Port);
        cable.Mend();

        await TestOutputs.Flushed(output);
        await Wait.Until(() => subscriber.Ids(Results).Distinct().Count() == 200, "all 200");
        Assert.Equal(Enumerable.Range(1, 200).Select(id => (long)id), subscriber.Ids(Results).Distinct());
        Assert.Equal((200, 0), (telemetry.OutputDelivered.Value("mqtt"), telemetry.OutputDropped.Value("mqtt")));
    }

    [Fact]
    public async Task Connection_CutAgainAndAgain_EveryResultArrives()
    {
        using var broker = new Broker(folder.Path);
        using var cable = new Cable(broker.Port);
        using var subscriber = new Subscriber(broker.Port);
        await using var output = Started(new() { Host = "127.0.0.1", Port = cable.Port });

        const int count = 600;
        for (var id = 1; id <= count; id++)
        {
            output.Publish(TestOutputs.Result(id));
            if (id % 200 == 100)
            {
                // With results under way.
                cable.Cut();
                cable.Mend();
            }
            if (id % 10 == 0)
                await Task.Delay(5);
        }
        await TestOutputs.Flushed(output);

        await Wait.Until(() => subscriber.Ids(Results).Distinct().Count() == count, "every result");
        Assert.Equal((count, 0), (telemetry.OutputDelivered.Value("mqtt"), telemetry.OutputDropped.Value("mqtt")));
    }

    [Fact]
    public async Task Publish_MoreThanTheBuffer_DropsTheOldestAndCountsThem()
    {
        using var broker = new Broker(folder.Path);
        broker.Kill();
        using var cable = new Cable(broker.Port);
        cable.Cut();
        await using var output = Started(new() { Host = "127.0.0.1", Port = cable.Port, Buffer = 10 });

        for (var id = 1; id <= 25; id++)
            output.Publish(TestOutputs.Result(id));
        Assert.Equal((15, 10), (telemetry.OutputDropped.Value("mqtt"), output.Pending));

        broker.Start();
        using var subscriber = new Subscriber(broker.Port);
        cable.Mend();
        await TestOutputs.Flushed(output);
        Assert.Equal(Enumerable.Range(16, 10).Select(id => (long)id), subscriber.Ids(Results));
        Assert.Equal((15, 10), (telemetry.OutputDropped.Value("mqtt"), telemetry.OutputDelivered.Value("mqtt")));
    }

    [Fact]
    public async Task Connect_WithTls_ChecksBothSides()
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Authority("strange");
        certificates.Issue("ca", "broker", "IP:127.0.0.1");
        certificates.Issue("ca", "elsewhere", "DNS:elsewhere.local");
        certificates.Issue("ca", "box", "DNS:box1");
        string[] Listener(string name) =>
            ["allow_anonymous true", $"cafile {certificates.At("ca.crt")}", "require_certificate true", .. certificates.Listener(name)];
        using var broker = new Broker(folder.Path, Listener("broker"));
        using var elsewhere = new Broker(folder.Path, Listener("elsewhere"));
        MqttTlsConfig tls = new() { Ca = certificates.At("ca.crt"), Certificate = certificates.At("box.crt"), Key = certificates.At("box.key") };
        MqttConfig config = new() { Host = "127.0.0.1", Port = broker.Port, Tls = tls };

        await using var good = Started(config);
        await using var wrongCa = Started(config with { Tls = tls with { Ca = certificates.At("strange.crt") } });
        await using var wrongHost = Started(config with { Port = elsewhere.Port });
        await using var noCertificate = Started(config with { Tls = new() { Ca = tls.Ca } });
        await using var noTls = Started(config with { Tls = null });
        good.Publish(TestOutputs.Result(1));
        await TestOutputs.Flushed(good);

        Assert.Null(good.Fault);
        foreach (var refused in new[] { wrongCa, wrongHost, noCertificate, noTls })
            await Wait.Until(() => refused.Fault?.EndsWith("not connected yet") == false, "a refusal");
        Assert.EndsWith($"the broker's certificate is refused: its issuer CN=ca is not in {certificates.At("strange.crt")}", wrongCa.Fault);
        Assert.EndsWith("the broker's certificate is refused: it is for elsewhere.local, not for 127.0.0.1", wrongHost.Fault);
        Assert.EndsWith("does the broker want a certificate (outputs.mqtt.tls.certificate)?", noCertificate.Fault);
        Assert.EndsWith("does the broker want TLS (outputs.mqtt.tls)?", noTls.Fault);
        Assert.All([wrongCa, wrongHost, noCertificate, noTls], output => Assert.NotNull(output.Fault));
        Assert.DoesNotContain(broker.Log, line => line.Contains("Sending CONNACK") && !line.Contains("edge-box1"));
        Assert.Equal(1, telemetry.OutputDelivered.Value("mqtt"));
    }

    [Fact]
    public async Task Connect_CertificateOfAnIntermediate_SendsTheWholeChain()
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Issue("ca", "broker", "IP:127.0.0.1");
        certificates.Issue("ca", "plant", "DNS:plant", isAuthority: true);
        certificates.Issue("plant", "box", "DNS:box1");
        var chain = certificates.At("chain.crt");
        File.WriteAllText(chain, File.ReadAllText(certificates.At("box.crt")) + File.ReadAllText(certificates.At("plant.crt")));
        string[] demands = [$"cafile {certificates.At("ca.crt")}", "require_certificate true", "use_identity_as_username true"];
        using var broker = new Broker(folder.Path, ["allow_anonymous true", .. demands, .. certificates.Listener("broker")]);

        MqttTlsConfig tls = new() { Ca = certificates.At("ca.crt"), Certificate = chain, Key = certificates.At("box.key") };
        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port, Tls = tls });

        await broker.Says("as edge-box1 (p5, c1, k10, u'box')");
    }

    [Fact]
    public async Task Connect_CertificateHasExpired_SaysWhen()
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Issue("ca", "broker", "IP:127.0.0.1", days: -1);
        using var broker = new Broker(folder.Path, ["allow_anonymous true", .. certificates.Listener("broker")]);

        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port, Tls = new() { Ca = certificates.At("ca.crt") } });

        await Wait.Until(() => output.Fault?.Contains("certificate is refused: CN=broker is valid from") == true, () => $"the dates in {output.Fault}");
        Assert.EndsWith($"to {DateTime.Now.AddDays(-1):yyyy-MM-dd}, and this box's clock says {DateTime.Now:yyyy-MM-dd}", output.Fault);
    }

    [Theory]
    [InlineData(MqttConnectReasonCode.UnsupportedProtocolVersion)]
    // How a broker that was written before MQTT 5 says the same.
    [InlineData((MqttConnectReasonCode)1)]
    public async Task Connect_BrokerWithoutMqtt5_Speaks311AndSaysSo(MqttConnectReasonCode refusal)
    {
        var versions = new ConcurrentQueue<MqttProtocolVersion>();
        using var broker = await LocalBroker.Start(server => server.ValidatingConnectionAsync += e =>
        {
            versions.Enqueue(e.ProtocolVersion);
            if (e.ProtocolVersion == MqttProtocolVersion.V500)
                e.ReasonCode = refusal;
            return Task.CompletedTask;
        });
        var log = new LogLines();

        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port }, log: log);
        output.Publish(TestOutputs.Result(1));
        await TestOutputs.Flushed(output);

        Assert.Equal([MqttProtocolVersion.V500, MqttProtocolVersion.V311], versions);
        Assert.Contains($"MQTT: connected to 127.0.0.1:{broker.Port} by MQTT 3.1.1", log.Lines);
    }

    [Fact]
    public async Task Publish_BrokerRefuses_IsKeptAndSaidUntilItIsTaken()
    {
        var isRefused = true;
        using var broker = await LocalBroker.Start(server => server.InterceptingPublishAsync += e =>
        {
            if (isRefused && e.ApplicationMessage.Topic == Results)
                e.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            return Task.CompletedTask;
        });
        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port });

        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => output.Fault?.EndsWith("the broker refuses results: NotAuthorized") == true, () => $"the refusal in {output.Fault}");
        Assert.Equal((1, 0), (output.Pending, telemetry.OutputDelivered.Value("mqtt")));

        isRefused = false;
        await TestOutputs.Flushed(output);
        await Wait.Until(() => output.Fault is null, "no fault");
        Assert.Equal((1, 0), (telemetry.OutputDelivered.Value("mqtt"), telemetry.OutputDropped.Value("mqtt")));
    }

    [Fact]
    public async Task Publish_BrokerAcknowledgesNothing_IsAFaultAndSentAgain()
    {
        var time = new FakeTimeProvider();
        var released = new TaskCompletionSource();
        var asked = 0;
        using var broker = await LocalBroker.Start(server => server.InterceptingPublishAsync += e =>
        {
            if (e.ApplicationMessage.Topic != Results)
                return Task.CompletedTask;
            Interlocked.Increment(ref asked);
            return released.Task;
        });
        await using var output = Started(new() { Host = "127.0.0.1", Port = broker.Port }, time);
        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => asked == 1, "the result");

        var seconds = 0;
        await Wait.Until(() =>
        {
            if (output.Fault is null)
                time.Advance(TimeSpan.FromSeconds(1));
            return output.Fault?.EndsWith("the broker acknowledges nothing within 30 s") == true || seconds++ > 60;
        }, () => $"the fault in {output.Fault}");
        Assert.InRange(seconds, 29, 59);
        Assert.Equal(1, output.Pending);

        released.SetResult();
        await Wait.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return output.Pending == 0;
        }, "the second attempt");
        Assert.Equal((2, 1), (asked, telemetry.OutputDelivered.Value("mqtt")));
    }

    [Fact]
    public async Task Connect_WithPassword_IsLetInAndNoOther()
    {
        var passwords = Path.Combine(folder.Path, "passwords");
        Assert.Null(Tool.Run("mosquitto_passwd", "-b", "-c", passwords, "edge", "right"));
        File.WriteAllText(Path.Combine(folder.Path, "right"), "right\n");
        File.WriteAllText(Path.Combine(folder.Path, "wrong"), "wrong\n");
        using var broker = new Broker(folder.Path, "allow_anonymous false", $"password_file {passwords}");
        MqttConfig config = new() { Host = "127.0.0.1", Port = broker.Port, User = "edge" };

        await using var right = Started(config with { PasswordFile = Path.Combine(folder.Path, "right"), ClientId = "a" });
        await using var wrong = Started(config with { PasswordFile = Path.Combine(folder.Path, "wrong"), ClientId = "b" });

        await Wait.Until(() => right.Fault is null, "the right password");
        await Wait.Until(() => wrong.Fault?.Contains("not authorised", StringComparison.OrdinalIgnoreCase) == true, "the wrong password's fault");
    }

    [Fact]
    public void Create_FilesThatAreNotThere_AreNamed()
    {
        MqttConfig config = new() { Host = "127.0.0.1" };

        var empty = Path.Combine(folder.Path, "empty.crt");
        File.WriteAllText(empty, "no certificate\n");

        Assert.Contains("outputs.mqtt.tls.ca", Refusal(config with { Tls = new() { Ca = "/nosuch.crt" } }));
        Assert.Contains($"{empty}: holds no PEM certificate", Refusal(config with { Tls = new() { Ca = empty } }));
        Assert.Contains("outputs.mqtt.password_file", Refusal(config with { User = "a", PasswordFile = "/nosuch" }));

        static string Refusal(MqttConfig config) => Assert.Throws<ConfigException>(() => new MqttOutput(config, TestOutputs.Context())).Message;
    }

    [Fact]
    public async Task Dispose_NobodyThere_DoesNotHang()
    {
        var output = Started(new() { Host = "127.0.0.1", Port = Loopback.FreePort() });
        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => output.Fault?.Contains("refused") == true, "a fault");

        await output.DisposeAsync().AsTask().WaitAsync(TestOutputs.Limit);
    }

    private MqttOutput Started(MqttConfig config, TimeProvider? time = null, LogLines? log = null)
    {
        var output = new MqttOutput(config, TestOutputs.Context(telemetry, time, log));
        output.Start(null!);
        return output;
    }
}
