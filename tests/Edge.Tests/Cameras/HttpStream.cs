using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Edge.Tests.Cameras;

/// <summary>An HTTP server that sends each connection what the test says and then keeps silent, or closes it.</summary>
internal sealed class HttpStream : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> clients = [];
    private readonly Func<int, byte[]> content;
    private int connections;

    /// <param name="content">What connection 0, 1, ... is sent.</param>
    public HttpStream(Func<int, byte[]> content)
    {
        this.content = content;
        listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Whether a connection is closed after its content.</summary>
    public Func<int, bool> CloseAfter { get; init; } = static _ => false;

    /// <summary>Whether it wants a user and a password.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Time before the first byte of an answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Time before each further copy of the content; null sends it once.</summary>
    public TimeSpan? Repeat { get; init; }

    /// <summary>Speaks TLS with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    public string Url => $"{(Certificate is null ? "http" : "https")}://{listener.LocalEndpoint}/";

    public int Connections => Volatile.Read(ref connections);

    public string LastRequest { get; private set; } = "";

    public void Dispose()
    {
        listener.Dispose();
        lock (clients)
            foreach (var client in clients)
                client.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptTcpClient();
                var connection = connections++;
                lock (clients)
                    clients.Add(client);
                new Thread(() => Serve(client, connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Serve(TcpClient client, int connection)
    {
        try
        {
            Stream stream = client.GetStream();
            if (Certificate is not null)
            {
                var secure = new SslStream(stream);
                secure.AuthenticateAsServer(Certificate);
                stream = secure;
            }
            var request = new StringBuilder();
            while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && stream.ReadByte() is var c and >= 0)
                request.Append((char)c);
            LastRequest = request.ToString();
            Thread.Sleep(Delay);
            if (IsProtected && !LastRequest.Contains("Authorization:"))
            {
                stream.Write("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
                client.Dispose();
                return;
            }
            stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=ffmpeg\r\n\r\n"u8);
            stream.Write(content(connection));
            while (Repeat is { } pause)
            {
                Thread.Sleep(pause);
                stream.Write(content(connection));
            }
            if (CloseAfter(connection))
                client.Dispose();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The camera has hung up, or does not trust the certificate.
        }
    }
}
