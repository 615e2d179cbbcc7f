using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Edge.Trial;

/// <summary>A PLC as the line has it: a Modbus TCP client that takes part after part through the handshake. Written from the protocol's specification alone.</summary>
internal sealed class Plc(int port) : IDisposable
{
    private readonly byte[] reply = new byte[260];
    private TcpClient? client;
    private ushort transaction;

    public const int Ready = 0, ResultsReady = 2, Ok = 3, Ng = 4, Error = 5;

    /// <summary>Coils: 0 trigger, 1 acknowledge, 2 clear.</summary>
    public Task Write(int coil, bool on, CancellationToken stop) => Ask([0x05, 0, (byte)coil, on ? (byte)0xff : (byte)0, 0], stop);

    /// <summary>The part's id, 16 ASCII characters.</summary>
    public Task WritePartId(string id, CancellationToken stop)
    {
        byte[] request = [0x10, 0, 0, 0, 8, 16, .. Encoding.ASCII.GetBytes(id.PadRight(16, '\0')[..16])];
        return Ask(request, stop);
    }

    /// <summary>The first eight discrete inputs.</summary>
    public async Task<bool[]> Inputs(CancellationToken stop)
    {
        var answer = await Ask([0x02, 0, 0, 0, 8], stop);
        return [.. Enumerable.Range(0, 8).Select(i => (answer.Span[2] >> i & 1) != 0)];
    }

    /// <summary>The first eleven input registers.</summary>
    public async Task<ushort[]> Registers(CancellationToken stop)
    {
        var answer = await Ask([0x04, 0, 0, 0, 11], stop);
        return [.. Enumerable.Range(0, 11).Select(i => BinaryPrimitives.ReadUInt16BigEndian(answer.Span[(2 + 2 * i)..]))];
    }

    public void Dispose() => client?.Dispose();

    private async Task<ReadOnlyMemory<byte>> Ask(byte[] request, CancellationToken stop)
    {
        try
        {
            if (client is null)
            {
                client = new TcpClient { NoDelay = true };
                await client.ConnectAsync("127.0.0.1", port, stop).AsTask().WaitAsync(TimeSpan.FromSeconds(2), stop);
            }
            var stream = client.GetStream();
            var frame = new byte[7 + request.Length];
            BinaryPrimitives.WriteUInt16BigEndian(frame, ++transaction);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(request.Length + 1));
            frame[6] = 1;
            request.CopyTo(frame, 7);
            await stream.WriteAsync(frame, stop);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            await stream.ReadExactlyAsync(reply.AsMemory(0, 7), patience.Token);
            var length = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(4)) - 1;
            await stream.ReadExactlyAsync(reply.AsMemory(0, length), patience.Token);
            return (reply[0] & 0x80) == 0 ? reply.AsMemory(0, length) : throw new IOException($"Modbus exception {reply[1]}");
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            client?.Dispose();
            client = null;
            throw new IOException(e.Message, e);
        }
    }
}
