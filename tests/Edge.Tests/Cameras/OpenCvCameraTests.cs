using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Testing;
using Xunit.Abstractions;

namespace Edge.Tests.Cameras;

public sealed class OpenCvCameraTests(ITestOutputHelper report) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void File_Ends_EveryFrameOnceThenEnded()
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video("yuv420p", 12) } });
        camera.Until(() => camera.State.Ended, "the end");

        Assert.Equal(12, camera.Count);
        Assert.All(camera.Pictures, picture => Assert.Equal((96, 64, 3), (picture.Width, picture.Height, picture.Channels)));
        Assert.Equal(12, camera.Pictures.Select(picture => Convert.ToHexString(picture.Pixels)).Distinct().Count());
        Assert.Equal((false, 12L, 0, null), (camera.State.Up, camera.State.Frames, camera.State.Reopens, camera.State.Error));
    }

    [Fact]
    public void File_Loop_BeginsAgainAndStaysUp()
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video("yuv420p", 5), Loop = true } });
        camera.Until(() => camera.Count >= 12, "more than the file has");

        Assert.Equal(camera.Pictures[0].Pixels, camera.Pictures[5].Pixels);
        Assert.Equal(camera.Pictures[1].Pixels, camera.Pictures[11].Pixels);
        Assert.Equal((true, false), (camera.State.Up, camera.State.Ended));
    }

    [Theory]
    [InlineData("gray")]
    [InlineData("gray16le")]
    public void File_Grey_StaysGrey(string pixels)
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video(pixels, 3) } });
        camera.Until(() => camera.State.Ended, "the end");

        Assert.Equal(3, camera.Count);
        Assert.All(camera.Pictures, picture => Assert.Equal((1, 96 * 64), (picture.Channels, picture.Pixels.Length)));
    }

    [Fact]
    public void File_MissingOrNoVideo_SaysSo()
    {
        var text = Path.Combine(folder.Path, "text.mp4");
        File.WriteAllText(text, "no video");

        Assert.Contains("no such file", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new VideoFileConfig { Path = "/nowhere.mp4" })).Message);
        Assert.Contains($"{text}: cannot be opened", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new VideoFileConfig { Path = text })).Message);
    }

    [Fact]
    public void V4l2_NoSuchDevice_SaysSo() =>
        Assert.Contains("/dev/video99: cannot be opened: no such device", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new V4l2Config { Device = "/dev/video99" })).Message);

    [Fact]
    public void Gstreamer_PipelineOfNothing_SaysSo() =>
        Assert.Contains("gstreamer pipeline: cannot be opened", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new GStreamerConfig { Pipeline = "nosuchsource ! appsink" })).Message);

    [Theory]
    [InlineData("rtsp://camera:8554/one?profile=2", null, null, "rtsp://camera:8554/one?profile=2")]
    [InlineData("rtsp://camera/one", "viewer", null, "rtsp://viewer@camera/one")]
    [InlineData("http://camera/live", "viewer", "p@ss:w/rd", "http://viewer:p%40ss%3Aw%2Frd@camera/live")]
    public void Address_UserAndPassword_AreInserted(string url, string? user, string? password, string expected) =>
        Assert.Equal(expected, OpenCvCamera.Address(url, user, password));

    [Fact]
    public void Stream_ServerKilledAndRestarted_Recovers()
    {
        var port = Loopback.FreePort();
        var server = Serve();
        using var camera = Watch($"http://127.0.0.1:{port}/");
        camera.UntilMore(10, "pictures");

        server.Dispose();
        var down = camera.Until(() => !camera.State.Up, "down");
        server = Serve();
        var up = camera.Until(() => camera.State.Up, "up again");
        camera.UntilMore(5, "pictures");
        var reopens = camera.State.Reopens;
        server.Dispose();

        Assert.Equal(1, reopens);
        report.WriteLine($"stream killed: seen after {down:0.00} s, pictures {up:0.00} s after it was restarted");

        Child Serve() => new("ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=96x64:rate=20", "-c:v", "mjpeg",
            "-f", "mpjpeg", "-content_type", "multipart/x-mixed-replace;boundary=ffmpeg", "-listen", "1", $"http://127.0.0.1:{port}/");
    }

    [Fact]
    public void Stream_HangsWithoutClosing_IsOpenedAgain()
    {
        using var server = new HttpStream(_ => Motion(15));
        using var camera = Watch(server.Url);
        camera.UntilMore(1, "pictures");

        camera.Until(() => camera.State.Error?.Contains("no picture") == true || camera.State.Error?.Contains("no more pictures") == true, "the stall");
        var up = camera.Until(() => camera.State.Up, "up again");

        Assert.True(server.Connections >= 2);
        report.WriteLine($"stream hung with stall_seconds 1: pictures {up:0.00} s after that was seen");
    }

    [Fact]
    public void Stream_Garbage_IsRefusedUntilItIsAVideo()
    {
        var garbage = new byte[300_000];
        new Random(1).NextBytes(garbage);
        using var server = new HttpStream(connection => connection < 2 ? garbage : Motion(15), closeAfter: connection => connection < 2);
        using var camera = Watch(server.Url);

        camera.Until(() => camera.State.Error?.Contains("cannot be opened") == true, "refused");
        Assert.Equal(0, camera.Count);
        camera.UntilMore(3, "pictures once it is a video");
    }

    [Fact]
    public void Stream_GarbledInTheMiddle_GoesOnOrIsOpenedAgain()
    {
        var noise = new byte[50_000];
        new Random(2).NextBytes(noise);
        using var server = new HttpStream(connection => connection == 0 ? [.. Motion(10), .. noise] : Motion(15), closeAfter: connection => connection == 0);
        using var camera = Watch(server.Url);

        camera.Until(() => server.Connections >= 2 && camera.State.Up, "up again");
        camera.UntilMore(1, "pictures");
        Assert.All(camera.Pictures, picture => Assert.Equal((96, 64), (picture.Width, picture.Height)));
    }

    [Fact]
    public void Stream_Password_ReachesTheServerAndNoMessage()
    {
        var secret = Path.Combine(folder.Path, "password");
        File.WriteAllText(secret, "s3cr3t/?\n");
        var config = new StreamConfig { User = "viewer", PasswordFile = secret };
        using (var server = new HttpStream(_ => Motion(15), isProtected: true))
        {
            OpenCvCamera.Open(config with { Url = server.Url }, TimeSpan.FromSeconds(5)).Dispose();
            Assert.Contains($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("viewer:s3cr3t/?"))}", server.LastRequest);
        }
        var refused = Assert.Throws<DeviceException>(() => OpenCvCamera.Open(config with { Url = $"http://127.0.0.1:{Loopback.FreePort()}/" }, TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain("s3cr3t", refused.ToString());
        File.Delete(secret);
        Assert.Contains(secret, Assert.Throws<ConfigException>(() => OpenCvCamera.Open(config with { Url = "http://127.0.0.1/" }, TimeSpan.FromSeconds(1))).Message);
    }

    private static SupervisedCamera Watch(string url) => new(new CameraConfig { Stream = new StreamConfig { Url = url }, StallSeconds = 1, ReopenSeconds = 1 });

    private string Video(string pixels, int frames)
    {
        var path = Path.Combine(folder.Path, "video.avi");
        Child.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", $"{frames}", "-pix_fmt", pixels, "-c:v", pixels.StartsWith("gray", StringComparison.Ordinal) ? "ffv1" : "mjpeg", path);
        return path;
    }

    /// <summary>Pictures in motion, as an HTTP camera sends them.</summary>
    private byte[] Motion(int frames)
    {
        var path = Path.Combine(folder.Path, "motion");
        lock (folder)
            if (!File.Exists(path))
                Child.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", $"{frames}", "-c:v", "mjpeg", "-f", "mpjpeg", path);
        return File.ReadAllBytes(path);
    }

    /// <summary>An HTTP server that sends each connection what the test says and then keeps silent, or closes it.</summary>
    private sealed class HttpStream : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> clients = [];
        private readonly bool isProtected;
        private int connections;

        public HttpStream(Func<int, byte[]> content, Func<int, bool>? closeAfter = null, bool isProtected = false)
        {
            this.isProtected = isProtected;
            listener.Start();
            new Thread(() =>
            {
                try
                {
                    while (true)
                    {
                        var client = listener.AcceptTcpClient();
                        clients.Add(client);
                        Serve(client.GetStream(), content, connections++);
                        if (closeAfter?.Invoke(connections - 1) == true)
                            client.Dispose();
                    }
                }
                catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
                {
                    // The test is over.
                }
            }) { IsBackground = true }.Start();
        }

        public string Url => $"http://{listener.LocalEndpoint}/";

        public int Connections => Volatile.Read(ref connections);

        public string LastRequest { get; private set; } = "";

        public void Dispose()
        {
            listener.Dispose();
            foreach (var client in clients)
                client.Dispose();
        }

        private void Serve(NetworkStream stream, Func<int, byte[]> content, int connection)
        {
            try
            {
                var request = new StringBuilder();
                while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && stream.ReadByte() is var c and >= 0)
                    request.Append((char)c);
                LastRequest = request.ToString();
                if (isProtected && !LastRequest.Contains("Authorization:"))
                {
                    stream.Write("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
                    stream.Close();
                    return;
                }
                stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=ffmpeg\r\n\r\n"u8);
                stream.Write(content(connection));
            }
            catch (IOException)
            {
                // The camera has hung up.
            }
        }
    }
}
