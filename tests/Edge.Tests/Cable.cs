using System.Net;
using System.Net.Sockets;

namespace Edge.Tests;

/// <summary>The way between a client and a server on the same machine. It can be cut, and it can go silent without being cut.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> open = [];
    private readonly int target;
    private bool cut;
    private volatile bool isSilent;

    public Cable(int target)
    {
        this.target = target;
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether nothing passes, though connections stay.</summary>
    public bool IsSilent { get => isSilent; set => isSilent = value; }

    /// <summary>Ends every connection at once, and every new one until it is mended.</summary>
    public void Cut()
    {
        lock (open)
        {
            cut = true;
            foreach (var end in open)
                end.Close();
            open.Clear();
        }
    }

    public void Mend()
    {
        lock (open)
            cut = false;
    }

    public void Dispose()
    {
        Cut();
        listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Join(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Join(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target);
                lock (open)
                {
                    if (cut)
                        return;
                    open.AddRange([client, server]);
                }
                (client.NoDelay, server.NoDelay) = (true, true);
                await Task.WhenAny(Pass(client.GetStream(), server.GetStream()), Pass(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut, or nobody there.
            }
    }

    private async Task Pass(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65536];
        while (await from.ReadAsync(buffer) is var count and > 0)
        {
            while (isSilent)
                await Task.Delay(20);
            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
