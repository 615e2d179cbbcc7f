using System.Net.Sockets;
using System.Text;

namespace Edge.Tests.Service;

/// <summary>A datagram socket as systemd's and the journal's, that keeps what it is sent.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveBufferSize = 1 << 20 };

    /// <param name="path">A file, or a name that begins with @.</param>
    public NotifySocket(string path)
    {
        socket.Bind(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
    }

    /// <summary>The next datagram; fails the test when none comes in time.</summary>
    public byte[] Receive(double seconds = 10)
    {
        Assert.True(socket.Poll(TimeSpan.FromSeconds(seconds), SelectMode.SelectRead), $"nothing came in {seconds} s");
        var buffer = new byte[1 << 18];
        return buffer[..socket.Receive(buffer)];
    }

    public string ReceiveText(double seconds = 10) => Encoding.UTF8.GetString(Receive(seconds));

    /// <summary>Datagrams up to and with the first that contains a text.</summary>
    public List<string> ReceiveUntil(string text, double seconds)
    {
        List<string> messages = [];
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (messages.LastOrDefault()?.Contains(text) != true)
        {
            Assert.True(DateTime.UtcNow < deadline, $"no {text} in {seconds} s, only: {string.Join(" | ", messages)}");
            messages.Add(ReceiveText(Math.Max(0.1, (deadline - DateTime.UtcNow).TotalSeconds)));
        }
        return messages;
    }

    public bool IsEmpty => !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public void Dispose() => socket.Dispose();
}
