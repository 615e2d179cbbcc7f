using System.Net;
using System.Net.Sockets;

namespace Edge.Tests.Cameras;

/// <summary>A cable between a camera and a server on the same machine: it can be cut, and it can go silent without being cut.</summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> ends = [];
    private readonly int target;
    private volatile bool isSilent;

    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether nothing passes, though connections stay.</summary>
    public bool IsSilent { get => isSilent; set => isSilent = value; }

    /// <summary>Ends the connections there are.</summary>
    public void Cut()
    {
        lock (ends)
        {
            foreach (var end in ends)
                end.Dispose();
            ends.Clear();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Cut();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptTcpClient();
                var server = new TcpClient("127.0.0.1", target);
                lock (ends)
                    ends.AddRange([client, server]);
                foreach (var (from, to) in new[] { (client, server), (server, client) })
                    new Thread(() => Pass(from, to)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Pass(TcpClient from, TcpClient to)
    {
        var buffer = new byte[65536];
        try
        {
            while (from.GetStream().Read(buffer) is var count and > 0)
            {
                while (isSilent)
                    Thread.Sleep(20);
                to.GetStream().Write(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        from.Dispose();
        to.Dispose();
    }
}
