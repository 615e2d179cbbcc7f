using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Outputs;

public sealed class ModbusOutputTests : IAsyncDisposable
{
    // The map of edge-modbus(7).
    private const int Trigger = 0, Ack = 1, Clear = 2;
    private const int TriggerReady = 0, Busy = 1, ResultsReady = 2, Ok = 3, Ng = 4, Error = 5, BoxReady = 6, Heartbeat = 7;

    private readonly Telemetry telemetry = new();
    private readonly List<string?> begun = [];
    private readonly List<IAsyncDisposable> outputs = [];
    private string? refusal;
    private long lastId = 0x0001_0001;

    [Fact]
    public void Handshake_GoodPart_GoesRound()
    {
        var (output, plc) = Start();
        output.StateChanged(new LineState("box", true, [], [], [], []));
        Assert.Equal([true, false, false, false, false, false, true], plc.Inputs(0, 7));
        plc.Write(0, Words("PART-42"));
        plc.Coil(Trigger, true);
        Assert.Equal(["PART-42"], begun);
        Assert.Equal([false, true, false, false, false, false, true], plc.Inputs(0, 7));
        Assert.Equal([0x0001, 0x0002, 0, 0], plc.Registers(0, 4));

        output.Publish(Result("top", lastId, ResultReason.Good, score: 3.25, threshold: 12.5, pValue: 0.6543, totalMs: 41.7));
        Assert.Equal([false, false, true, true, false, false, true], plc.Inputs(0, 7));
        Assert.Equal(1, output.Pending);
        var registers = plc.Registers(0, 24);
        Assert.Equal([0x0001, 0x0002, 1, 1], registers[..4]);
        Assert.Equal((3.25f, 12.5f), (Single(registers, 4), Single(registers, 6)));
        Assert.Equal([6543, 42, 0], registers[8..11]);
        Assert.Equal(Words("PART-42"), registers[12..20]);
        Assert.Equal([0, 1, 0, 0], registers[20..24]);

        plc.Coil(Ack, true);
        Assert.Equal([false, false, false, false, false, false, true], plc.Inputs(0, 7));
        plc.Coils(Trigger, 0, 0);
        Assert.True(plc.Inputs(TriggerReady, 1)[0]);
        Assert.Equal(0x0002, plc.Registers(1, 1)[0]);
        Assert.Equal(0, output.Pending);
        Assert.Equal(1, telemetry.OutputDelivered.Value("modbus"));
        Assert.Null(output.Fault);
    }

    [Fact]
    public void Handshake_LateResult_IsNgWithItsReasonAndNoScore()
    {
        var (output, plc) = Start();
        plc.Coil(Trigger, true);
        output.Publish(Result("top", lastId, ResultReason.Late, totalMs: 70_000));

        Assert.Equal([true, false, true], plc.Inputs(ResultsReady, 3));
        var registers = plc.Registers(0, 24);
        Assert.Equal([2, 3], registers[2..4]);
        Assert.True(float.IsNaN(Single(registers, 4)));
        Assert.Equal([65535, 65535], registers[8..10]);
        Assert.Equal([0, 0, 0, 1], registers[20..24]);
    }

    [Fact]
    public async Task Handshake_NoAck_IsAnErrorUntilCleared()
    {
        var (output, plc) = Start(ackTimeoutMs: 100);
        plc.Coil(Trigger, true);
        output.Publish(Result("top", lastId, ResultReason.Good));
        await Wait.Until(() => plc.Inputs(Error, 1)[0], "the error");

        Assert.Equal([false, false, true, true, false, true], plc.Inputs(0, 6));
        Assert.Equal(3, plc.Registers(10, 1)[0]);
        Assert.Contains("handshake error 3", output.Fault);
        plc.Coils(Trigger, 0, 0, 1);
        Assert.Equal([true, false, false, false, false, false], plc.Inputs(0, 6));
        Assert.Equal(0, plc.Registers(10, 1)[0]);
        Assert.Equal(1, telemetry.OutputDropped.Value("modbus"));
        Assert.Contains("edge_handshake_errors_total{station=\"top\",code=\"3\"} 1", Metrics());
    }

    [Fact]
    public void Handshake_StationRefuses_IsError1()
    {
        var (_, plc) = Start();
        refusal = "camera down";
        Assert.False(plc.Inputs(TriggerReady, 1)[0]);
        plc.Coil(Trigger, true);

        Assert.True(plc.Inputs(Error, 1)[0]);
        Assert.Equal(1, plc.Registers(10, 1)[0]);
    }

    [Fact]
    public void Handshake_TriggerWithoutAck_IsRefusedAndCounted()
    {
        var (output, plc) = Start();
        plc.Coil(Trigger, true);
        output.Publish(Result("top", lastId, ResultReason.Defect));
        plc.Coil(Trigger, false);
        plc.Coil(Trigger, true);

        Assert.Equal([false, false, true, false, true, true], plc.Inputs(0, 6));
        Assert.Equal(2, plc.Registers(10, 1)[0]);
        Assert.Single(begun);
        Assert.Equal(1, telemetry.TriggersRefused.Value("top"));
    }

    [Fact]
    public void ResultFromWithinTheTrigger_IsNotMissed()
    {
        // A station whose queue is full answers before its trigger returns.
        ModbusOutput? output = null;
        output = Create(new ModbusConfig { Port = 0 });
        output.Start([("top", true, _ =>
        {
            output.Publish(Result("top", 5, ResultReason.Overrun));
            return new TriggerOutcome(5, null);
        }, () => null)]);
        using var plc = new ModbusClient(output.Address.Port);
        plc.Coil(Trigger, true);

        Assert.True(plc.Inputs(Ng, 1)[0]);
        Assert.Equal(5, plc.Registers(3, 1)[0]);
    }

    [Fact]
    public void StationsHaveTheirBlocks_AndThoseWithoutTriggerFollowTheLastResult()
    {
        var (output, plc) = Start();
        output.Publish(Result("side", 9, ResultReason.Defect, score: 5, partId: "longer than sixteen é"));

        Assert.Equal([false, false, false, false, true, false], plc.Inputs(32, 6));
        var registers = plc.Registers(32, 24);
        Assert.Equal([0, 9, 2, 2], registers[..4]);
        Assert.Equal(Words("longer than sixt"), registers[12..20]);
        Assert.Equal([0, 0, 0, 1], registers[20..24]);
        Assert.Equal(new ushort[10], plc.Registers(0, 10));
        Assert.Throws<IOException>(() => plc.Registers(64, 1));
    }

    [Fact]
    public async Task Heartbeat_Toggles()
    {
        var (_, plc) = Start();
        var (bit, count) = (plc.Inputs(Heartbeat, 1)[0], plc.Registers(11, 1)[0]);
        await Wait.Until(() => plc.Inputs(Heartbeat, 1)[0] != bit, "a heartbeat");
        Assert.True(plc.Registers(11, 1)[0] > count);
    }

    [Fact]
    public async Task TwoClients_SeeTheSame_AndOneTooManyIsClosed()
    {
        var (output, plc) = Start(maxClients: 2);
        using var second = new ModbusClient(output.Address.Port);
        plc.Coil(Trigger, true);
        Assert.True(second.Inputs(Busy, 1)[0]);

        using var third = await Connect(output);
        Assert.Equal(0, await third.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("edge_modbus_closed_total{reason=\"clients\"} 1", Metrics());
        second.Dispose();
        await Wait.Until(() =>
        {
            using var fourth = new ModbusClient(output.Address.Port);
            try
            {
                return fourth.Inputs(Busy, 1)[0];
            }
            catch (IOException)
            {
                return false;
            }
        }, "a place for the next client");
    }

    [Fact]
    public async Task HalfARequest_IsClosedAndHoldsUpNobody()
    {
        var (output, plc) = Start();
        using var hanging = await Connect(output);
        await hanging.SendAsync(new byte[] { 0, 1, 0, 0, 0, 6, 1, 3 });
        using var silent = await Connect(output);

        // The half request is given up after a second; meanwhile others are served.
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
            plc.Inputs(0, 8);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1) || !hanging.Poll(0, SelectMode.SelectRead), $"{watch.Elapsed}");
        Assert.Equal(0, await hanging.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("edge_modbus_closed_total{reason=\"incomplete\"} 1", Metrics());

        // Who says nothing may stay.
        await silent.SendAsync(Convert.FromHexString("000100000006" + "01" + "0200000008"));
        var reply = new byte[10];
        Assert.Equal(10, await silent.ReceiveAsync(reply).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(Convert.FromHexString("00010000000401" + "0201"), reply[..9]);
    }

    [Theory]
    [InlineData("474554202F20485454502F312E310D0A0D0A")] // GET / HTTP/1.1
    [InlineData("0001000000010102")] // length 1: a unit and no function
    [InlineData("00010000FFFF0103000000010000")] // length beyond the protocol's
    [InlineData("0001DEAD00060103000000010000")] // not protocol 0
    public async Task Garbage_IsClosed(string hex)
    {
        var (output, plc) = Start();
        using var stranger = await Connect(output);
        await stranger.SendAsync(Convert.FromHexString(hex));
        try
        {
            Assert.Equal(0, await stranger.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(10)));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
        Assert.Contains("edge_modbus_closed_total{reason=\"garbage\"} 1", Metrics());
        Assert.True(plc.Inputs(TriggerReady, 1)[0]);
    }

    [Fact]
    public async Task RequestInPieces_IsAnswered()
    {
        var (output, _) = Start();
        using var slow = await Connect(output);
        slow.NoDelay = true;
        foreach (var piece in Convert.FromHexString("12340000000607" + "0400000001"))
            await slow.SendAsync(new[] { piece });
        var reply = new byte[11];
        await slow.ReceiveAsync(reply).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(Convert.FromHexString("12340000000507" + "04020000"), reply);
    }

    [Fact]
    public async Task ClientThatHangsUpAtOnce_GetsItsAnswerFirst()
    {
        var (output, _) = Start();
        for (var i = 0; i < 20; i++)
        {
            using var hasty = await Connect(output);
            await hasty.SendAsync(Convert.FromHexString("000100000006" + "01" + "0200000008"));
            hasty.Shutdown(SocketShutdown.Send);
            await Task.Delay(5);
            var reply = new byte[10];
            Assert.Equal(10, await hasty.ReceiveAsync(reply).WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal(0, await hasty.ReceiveAsync(reply).WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task Flush_WaitsForTheAck_AndRefusesTriggers()
    {
        var (output, plc) = Start();
        plc.Coil(Trigger, true);
        output.Publish(Result("top", lastId, ResultReason.Stopped));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var flush = output.Flush(deadline.Token);
        Assert.False(flush.IsCompleted);
        plc.Coil(Ack, true);
        await flush;
        Assert.False(deadline.IsCancellationRequested);

        plc.Coils(Trigger, 0, 0);
        Assert.Equal([false, false, false, false, false, true], plc.Inputs(0, 6));
        Assert.Equal(5, plc.Registers(10, 1)[0]);
    }

    [Fact]
    public async Task Flush_WithoutAClient_DoesNotWait()
    {
        var (output, plc) = Start();
        plc.Coil(Trigger, true);
        output.Publish(Result("top", lastId, ResultReason.Good));
        plc.Dispose();
        await Wait.Until(() => output.Fault == "no client is connected", "the client to be gone");
        await output.Flush(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1, output.Pending);
    }

    [Fact]
    public void Start_PortTaken_SaysSo()
    {
        var (output, _) = Start();
        var e = Assert.Throws<DeviceException>(() => Create(new ModbusConfig { Port = output.Address.Port }).Start([]));
        Assert.Contains($"127.0.0.1:{output.Address.Port}", e.Message);
    }

    [Fact]
    public async Task Line_PartsWithPictures_GetTheirVerdicts()
    {
        using var tiny = new TinyBundle();
        Directory.CreateDirectory(tiny.At("in"));
        await using var line = Started(tiny, "camera: { folder: { path: in, settle_ms: 20 } }, trigger: { mode: external, deadline_ms: 0 }");
        using var plc = new ModbusClient(line.Config.Outputs.Modbus!.Port);
        foreach (var (picture, verdict) in new[] { (tiny.NormalPaths[0], 1), (tiny.DefectPath, 2) })
        {
            await Wait.Until(() => plc.Inputs(TriggerReady, 1)[0], "trigger ready");
            plc.Coil(Trigger, true);
            // A picture counts from the trigger on only.
            File.Copy(picture, tiny.At($"in/{verdict}.png"));
            await Wait.Until(() => plc.Inputs(ResultsReady, 1)[0], "the result");

            Assert.Equal([verdict == 1, verdict == 2, false], plc.Inputs(Ok, 3));
            var registers = plc.Registers(0, 24);
            Assert.Equal([verdict, verdict], registers[2..4].Select(register => (int)register));
            Assert.Equal(verdict == 2, Single(registers, 4) > Single(registers, 6));
            plc.Coils(Trigger, 0, 1);
            plc.Coils(Trigger, 0, 0);
        }
        Assert.Equal([0, 1, 0, 1], plc.Registers(20, 4));
        Assert.Equal(2, line.Telemetry.OutputDelivered.Value("modbus"));
    }

    [Fact]
    public async Task Line_PartWithoutPicture_IsNgAtItsDeadline()
    {
        using var tiny = new TinyBundle();
        await using var line = Started(tiny, "trigger: { mode: external, deadline_ms: 300 }");
        using var plc = new ModbusClient(line.Config.Outputs.Modbus!.Port);
        Assert.Equal([true, false, false, false, false, false, true], plc.Inputs(0, 7));
        plc.Write(0, Words("0123456789ABCDEF"));
        plc.Coil(Trigger, true);
        Assert.Equal([false, true], plc.Inputs(0, 2));
        await Wait.Until(() => plc.Inputs(ResultsReady, 1)[0], "the result");

        Assert.Equal([false, true, false], plc.Inputs(Ok, 3));
        var registers = plc.Registers(0, 24);
        Assert.Equal([2, (ushort)ResultReason.NoFrame], registers[2..4]);
        Assert.InRange(registers[9], 290, 60_000);
        Assert.Equal(Words("0123456789ABCDEF"), registers[12..20]);
        plc.Coils(Trigger, 0, 1);
        plc.Coils(Trigger, 0, 0);
        Assert.Equal([true, false, false, false, false, false], plc.Inputs(0, 6));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var output in outputs)
            await output.DisposeAsync();
    }

    internal static PartResult Result(string station, long id, ResultReason reason, double? score = null, double threshold = 10, double? pValue = null,
        double totalMs = 1, string? partId = null) => new()
    {
        Id = id, Box = "box", Station = station, PartId = partId, Verdict = reason == ResultReason.Good ? ResultVerdict.Ok : ResultVerdict.Ng, Reason = reason,
        Time = DateTimeOffset.UnixEpoch, Score = score, Threshold = threshold, PValue = pValue, Profile = "t", Precision = Precision.Fp32, Bundle = "b", BundleVersion = "1", BundleHash = "",
        WaitMs = 0, InspectMs = 0, TotalMs = totalMs,
    };

    /// <summary>Two stations: "top" with a handshake, "side" without.</summary>
    private (ModbusOutput Output, ModbusClient Plc) Start(int ackTimeoutMs = 60_000, int maxClients = 8)
    {
        var output = Create(new ModbusConfig { Port = 0, AckTimeoutMs = ackTimeoutMs, MaxClients = maxClients });
        output.Start([("top", true, Begin, () => refusal), ("side", false, _ => throw new InvalidOperationException(), () => null)]);
        return (output, new ModbusClient(output.Address.Port));
    }

    private ModbusOutput Create(ModbusConfig config)
    {
        var output = new ModbusOutput(config, new OutputContext("box", telemetry, TimeProvider.System, NullLoggerFactory.Instance));
        outputs.Add(output);
        return output;
    }

    private TriggerOutcome Begin(string? partId)
    {
        begun.Add(partId);
        return refusal is null ? new TriggerOutcome(++lastId, null) : new TriggerOutcome(0, refusal);
    }

    private string Metrics()
    {
        using var text = new StringWriter();
        telemetry.Write(text);
        return text.ToString();
    }

    private static async Task<Socket> Connect(ModbusOutput output)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(output.Address);
        return socket;
    }

    /// <summary>A whole line with one station, started.</summary>
    private static Line Started(TinyBundle tiny, string station)
    {
        var path = tiny.At("edge.yaml");
        File.WriteAllText(path, $$"""
            version: 1
            stations:
              - { name: top, bundle: {{tiny.Folder}}, profile: levels, {{station}} }
            outputs:
              modbus: { port: {{Loopback.FreePort()}} }
            web: { port: 0 }
            """);
        var line = Line.Create(path, ConfigFile.Load(path), NullLoggerFactory.Instance);
        line.Start();
        line.Observe();
        return line;
    }

    /// <summary>Text as a PLC packs it: two characters a register, the first in the high byte, eight registers.</summary>
    private static ushort[] Words(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text.PadRight(16, '\0'));
        return [.. Enumerable.Range(0, 8).Select(i => (ushort)(bytes[2 * i] * 256 + bytes[2 * i + 1]))];
    }

    private static float Single(ushort[] registers, int at) => BitConverter.Int32BitsToSingle(registers[at] * 65536 + registers[at + 1]);
}
