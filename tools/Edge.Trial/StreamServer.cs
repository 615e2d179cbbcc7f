using Edge.Runtime;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Drawing;
using Edge.Runtime.Imaging;

namespace Edge.Trial;

/// <summary>A camera that streams JPEG pictures by HTTP and can hang, garble and refuse.</summary>
internal sealed class StreamServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[][] pictures;
    private readonly TimeSpan period;
    private readonly CancellationTokenSource stop = new();

    public StreamServer(IEnumerable<string> files, double hertz)
    {
        pictures = [.. files.Select(Jpeg)];
        period = TimeSpan.FromSeconds(1 / hertz);
        listener.Start();
        _ = Accept();
    }

    public volatile StreamFault Fault;

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/stream";

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
    }

    private static byte[] Jpeg(string path)
    {
        using var picture = PictureFile.Read(path);
        return PictureWriter.Encode(picture.AsFrame(), jpeg: true);
    }

    private async Task Accept()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                _ = Serve(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
            try
            {
                if (Fault == StreamFault.Refuse)
                    return;
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096], stop.Token);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n"u8.ToArray(), stop.Token);
                var random = new Random(1);
                for (var i = 0; Fault != StreamFault.Refuse; i++)
                {
                    while (Fault == StreamFault.Hang)
                        await Task.Delay(100, stop.Token);
                    var picture = pictures[i % pictures.Length];
                    if (Fault == StreamFault.Garble)
                    {
                        picture = [.. picture];
                        random.NextBytes(picture);
                    }
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"), stop.Token);
                    await stream.WriteAsync(picture, stop.Token);
                    await stream.WriteAsync("\r\n"u8.ToArray(), stop.Token);
                    await Task.Delay(period, stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The other side went, or the trial is over.
            }
    }
}
