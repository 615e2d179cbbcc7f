using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// Modbus TCP: connections and frames (Modbus Messaging on TCP/IP 1.0b, section 3). Managed, though Debian has libmodbus: 3.1.6 ends the
/// process when a client's descriptor is 1024 or more (select), sleeps 0.5 s in the answer to each unsound request, and does not look at
/// protocol id and length. Each client is served on its own; one that sends half a request or garbage is closed, and counted.
/// </summary>
/// <param name="address">Where to listen.</param>
/// <param name="maxClients">Clients at once; more are closed at once, and counted.</param>
/// <param name="answer">Carries out a request (function and data) and returns the length of its answer. Called from many threads.</param>
/// <param name="telemetry">The metrics.</param>
/// <param name="log">The log.</param>
internal sealed class ModbusServer(IPEndPoint address, int maxClients, Func<ReadOnlyMemory<byte>, Memory<byte>, int> answer, Telemetry telemetry, ILogger log) : IAsyncDisposable
{
    /// <summary>Transaction, protocol, length and unit; the unit counts in the length.</summary>
    private const int HeaderLength = 7;

    /// <summary>How long a request may take from its first byte until its answer is sent.</summary>
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(1);

    private readonly Counter closed = telemetry.Add(new Counter("edge_modbus_closed_total",
        "Modbus clients that were closed: clients (more than may be), incomplete (half a request), garbage (not Modbus).", "reason"));

    private readonly SemaphoreSlim free = new(maxClients);
    private readonly CancellationTokenSource stopping = new();
    private readonly Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private Task accepting = Task.CompletedTask;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)listener.LocalEndPoint!;

    /// <summary>Clients now.</summary>
    public int Clients => maxClients - free.CurrentCount;

    /// <exception cref="DeviceException">The address cannot be had.</exception>
    public void Start()
    {
        try
        {
            listener.Bind(address);
            listener.Listen();
        }
        catch (SocketException e)
        {
            throw new DeviceException($"outputs.modbus: cannot listen on {address} ({e.Message.ReplaceLineEndings(" ")}); "
                + "another program may have this port, and one below 1024 needs CAP_NET_BIND_SERVICE.", e);
        }
        accepting = Accept();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        for (var i = 0; i < maxClients; i++)
            await free.WaitAsync();
    }

    private async Task Accept()
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                var client = await listener.AcceptAsync(stopping.Token);
                if (free.Wait(0))
                    _ = Serve(client);
                else
                {
                    closed.Add(1, "clients");
                    log.LogWarning("Modbus client {Client} closed: {Clients} are connected already", client.RemoteEndPoint, maxClients);
                    client.Dispose();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Descriptors may have run out, or the client left before it was taken.
                log.LogWarning("A Modbus client could not be taken: {Reason}", e.Message);
                await Task.Delay(100);
            }
    }

    private async Task Serve(Socket client)
    {
        EndPoint? name = null;
        NetworkStream? stream = null;
        try
        {
            name = client.RemoteEndPoint;
            client.NoDelay = true;
            KeepAlive(client);
            log.LogDebug("Modbus client {Client} connected", name);
            stream = new NetworkStream(client, ownsSocket: true);
            byte[] request = new byte[HeaderLength + ModbusTables.MaxLength], reply = new byte[HeaderLength + ModbusTables.MaxLength];
            while (await stream.ReadAsync(request.AsMemory(0, 1), stopping.Token) > 0)
                if (!await Answer(stream, request, reply))
                {
                    closed.Add(1, "garbage");
                    log.LogWarning("Modbus client {Client} closed: what it sends is not Modbus TCP", name);
                    return;
                }
            log.LogDebug("Modbus client {Client} left", name);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested && e is OperationCanceledException or EndOfStreamException)
        {
            closed.Add(1, "incomplete");
            log.LogWarning("Modbus client {Client} closed: half a request, or an answer it did not read", name);
        }
        catch (Exception e) when (stopping.IsCancellationRequested || e is IOException or SocketException)
        {
            log.LogDebug("Modbus client {Client} gone: {Reason}", name, e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "Modbus client {Client} closed", name);
        }
        finally
        {
            // The stream shuts down before it closes: closed alone, the socket is reset, and an answer on its way may be lost.
            stream?.Dispose();
            client.Dispose();
            free.Release();
        }
    }

    /// <summary>Reads the rest of a request and answers it; false when it is none.</summary>
    private async Task<bool> Answer(NetworkStream stream, byte[] request, byte[] reply)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        late.CancelAfter(RequestTime);
        await stream.ReadExactlyAsync(request.AsMemory(1, HeaderLength - 1), late.Token);
        int protocol = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(2)), length = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(4)) - 1;
        if (protocol != 0 || length is < 1 or > ModbusTables.MaxLength)
            return false;
        await stream.ReadExactlyAsync(request.AsMemory(HeaderLength, length), late.Token);

        length = answer(request.AsMemory(HeaderLength, length), reply.AsMemory(HeaderLength));
        request.AsSpan(0, HeaderLength).CopyTo(reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4), (ushort)(length + 1));
        await stream.WriteAsync(reply.AsMemory(0, HeaderLength + length), late.Token);
        return true;
    }

    /// <summary>A PLC may be silent for days; one that lost its power is found out within half a minute.</summary>
    private static void KeepAlive(Socket client)
    {
        client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
