using Edge.Runtime;
using System.Net;
using System.Net.Sockets;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Fuzz.Targets;

/// <summary>
/// A client of the running Modbus server that sends what it likes and hangs up. After each, the PLC beside it must get its answer.
/// Accepted: all that was answered, was answered without an exception code.
/// </summary>
internal sealed class ModbusTarget : IFuzzTarget
{
    private static readonly byte[] Question = Convert.FromHexString("0001000000060102" + "00000008");

    private readonly Telemetry telemetry = new();
    private readonly ModbusOutput output;
    private readonly Socket plc;
    private readonly byte[] reply = new byte[1 << 20];
    private long part;
    private int connections;

    public ModbusTarget()
    {
        output = new ModbusOutput(new ModbusConfig { Port = 0, MaxClients = 64 }, new OutputContext("box", telemetry, TimeProvider.System, NullLoggerFactory.Instance));
        output.Start([("top", true, _ => new TriggerOutcome(++part, null), () => null), ("side", false, _ => new TriggerOutcome(0, "not external"), () => null)]);
        plc = Connect();
    }

    public IReadOnlyList<byte[]> Seeds { get; } = [.. ((string[])
    [
        "000100000006010100000003", "000100000006010200000028", "000100000006010300000008", "000100000006010400000018", "0001000000060105" + "0000FF00",
        "0001000000060106" + "00004142", "000100000008010F" + "00000003" + "0103", "00010000001701100000000810" + "4142434445464748494A4B4C4D4E4F50",
        "00010000000F0117" + "00000008" + "00000002" + "0441424344", "000100000006010500000000" + "000200000006010400000018" + "0003000000060105" + "0001FF00",
    ]).Select(Convert.FromHexString)];

    public bool IsText => false;

    public bool Try(byte[] input)
    {
        var sound = true;
        using (var stranger = Connect())
            try
            {
                stranger.Send(input);
                stranger.Shutdown(SocketShutdown.Send);
                for (int n, length = 0; (n = stranger.Receive(reply.AsSpan(length))) > 0; length += n)
                    sound &= n < 8 || (reply[length + 7] & 0x80) == 0;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // Closed for what it sent.
                sound = false;
            }
        output.Publish(Result());
        plc.Send(Question);
        for (var length = 0; length < 10;)
            length += plc.Receive(reply.AsSpan(length, 10 - length)) is var n and > 0 ? n : throw new InvalidOperationException("the PLC was closed");
        return reply.AsSpan(0, 9).SequenceEqual((ReadOnlySpan<byte>)[0, 1, 0, 0, 0, 4, 1, 2, 1]) ? sound : throw new InvalidOperationException("the PLC got another's answer");
    }

    public void Dispose()
    {
        plc.Dispose();
        output.DisposeAsync().AsTask().Wait();
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5000, SendTimeout = 5000 };
        // Closed ports stay taken for a minute; 250 addresses of this machine have more of them than one.
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + connections++ % 250)]), 0));
        socket.Connect(output.Address);
        return socket;
    }

    private PartResult Result() => new()
    {
        Id = part, Box = "box", Station = "top", Verdict = ResultVerdict.Ok, Reason = ResultReason.Good, Time = DateTimeOffset.UnixEpoch, Score = 1, Threshold = 2, Profile = "", Precision = default, Bundle = "",
        BundleVersion = "", BundleHash = "", WaitMs = 0, InspectMs = 0, TotalMs = 1,
    };
}
