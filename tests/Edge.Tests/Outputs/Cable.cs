using System.Net;
using System.Net.Sockets;

namespace Edge.Tests.Outputs;

/// <summary>The way between a client and a broker, which can be cut.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> open = [];
    private readonly int target;
    private bool cut;

    public Cable(int target)
    {
        this.target = target;
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

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
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut, or nobody there.
            }
    }
}
