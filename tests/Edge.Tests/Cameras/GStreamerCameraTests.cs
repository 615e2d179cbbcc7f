using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Testing;
using Edge.Tests.Outputs;
using Xunit.Abstractions;

namespace Edge.Tests.Cameras;

public sealed class GStreamerCameraTests(ITestOutputHelper report) : IDisposable
{
    private const string Jpeg = "jpegenc ! rtpjpegpay name=pay0", H264 = "videoconvert ! openh264enc gop-size=10 ! rtph264pay name=pay0 pt=96 config-interval=1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Fifteen pictures in motion, as an HTTP camera sends them.</summary>
    private static readonly Lazy<byte[]> Motion = new(Record);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pipeline_NoSuchElement_NamesItAndThePackage()
    {
        Assert.Equal("gstreamer pipeline: needs the GStreamer element nosuchsource, which is not installed: install the GStreamer plugin that has it "
            + "(apt-cache search gstreamer1.0), and see gst-inspect-1.0 nosuchsource.", Refused("nosuchsource ! appsink"));
        // NVIDIA's are on a Jetson alone.
        Assert.Equal("gstreamer pipeline: needs the GStreamer element nvarguscamerasrc, which is not installed: apt-get install nvidia-l4t-gstreamer.",
            Refused("nvarguscamerasrc ! nvvidconv ! video/x-raw,format=BGRx ! videoconvert ! video/x-raw,format=BGR ! appsink"));
    }

    [Theory]
    [InlineData("videotestsrc ! ! appsink", "syntax error")]
    [InlineData("videotestsrc nosuch=1 ! appsink", "nosuch")]
    [InlineData("audiotestsrc ! appsink", "appsink")]
    [InlineData("videotestsrc ! video/x-raw,format=I420 ! appsink", "GRAY16_LE")]
    [InlineData("filesrc location=/nowhere.h264 ! decodebin ! videoconvert ! appsink", "/nowhere.h264")]
    [InlineData("videotestsrc num-buffers=0 ! appsink", "gives no picture")]
    public void Pipeline_Wrong_SaysSoInOneLine(string pipeline, string expected)
    {
        var message = Refused(pipeline);
        Assert.Contains(expected, message);
        Assert.StartsWith("gstreamer pipeline: ", message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("filesrc location=\"rtsp://me:hunter2@camera/one?pwd=hunter2\" ! fakesink")]
    [InlineData("videotestsrc pattern=\"http://me:hunter2@camera/one?pwd=hunter2\"")]
    [InlineData("videotestsrc num-buffers=\"hunter2\"")]
    public void Pipeline_Secrets_AreInNoMessage(string pipeline) => Assert.DoesNotContain("hunter2", Refused(pipeline));

    [Theory]
    [InlineData("BGR", 3, 1)]
    [InlineData("RGB", 3, 1)]
    [InlineData("I420", 3, 1)]
    [InlineData("GRAY8", 1, 1)]
    [InlineData("GRAY16_LE", 1, 2)]
    [InlineData("GRAY16_BE", 1, 2)]
    public void Pipeline_WithoutASink_KeepsGreyAndDepth(string format, int channels, int bytes)
    {
        // 98 pixels: rows that are padded. Blue is 29 of 255 in BT.601's brightness, and 255, 0, 0 in BGR.
        using var camera = Open($"videotestsrc pattern=blue ! video/x-raw,format={format},width=98,height=64,colorimetry=bt601");
        var frame = Next(camera);

        Assert.Equal((98, 64, channels, bytes), (frame.Width, frame.Height, frame.Channels, frame.BytesPerChannel));
        var pixel = frame.Pixels[^(channels * bytes)..].ToArray();
        if (channels == 3)
            Assert.Equal([255.0, 0, 0], pixel.Select(value => (double)value), (a, b) => Math.Abs(a - b) <= 3);
        else
            Assert.InRange(bytes == 1 ? pixel[0] : BitConverter.ToUInt16(pixel) / 257, 24, 45);
        Assert.True(frame.Pixels[..(channels * bytes)].SequenceEqual(pixel), "a picture of one colour, skewed");
    }

    [Fact]
    public void Pipeline_EndsOrFails_SaysSo()
    {
        using var ending = Open("videotestsrc num-buffers=3 ! appsink drop=false max-buffers=10");
        for (var i = 0; i < 3; i++)
            Next(ending);
        Assert.Contains("gives no more pictures", Assert.Throws<DeviceException>(() => ending.Capture(new CapturedFrame(), Patience)).Message);
        using var failing = Open("videotestsrc ! identity error-after=3 ! appsink drop=false max-buffers=10");
        Assert.Contains("Failed after iterations as requested", Assert.Throws<DeviceException>(() =>
        {
            for (var i = 0; i < 5; i++)
                failing.Capture(new CapturedFrame(), Patience);
        }).Message);
    }

    [Fact]
    public void Capture_SilentSource_ReturnsInTime()
    {
        using var server = new HttpStream(_ => Motion.Value);
        using var camera = GStreamerCamera.Open(new StreamConfig { Url = server.Url }, new OpeningPatience(Patience), TimeProvider.System);
        Until(() => camera.Capture(new CapturedFrame(), TimeSpan.FromMilliseconds(500)) == CaptureStatus.Nothing);
        var watch = Stopwatch.StartNew();
        Assert.Equal(CaptureStatus.Nothing, camera.Capture(new CapturedFrame(), TimeSpan.FromMilliseconds(300)));
        Assert.InRange(watch.ElapsedMilliseconds, 250, 5000);
    }

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
        using var server = new HttpStream(_ => Motion.Value);
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
        using var server = new HttpStream(connection => connection < 2 ? garbage : Motion.Value) { CloseAfter = connection => connection < 2 };
        using var camera = Watch(server.Url);

        camera.Until(() => camera.State.Error is not null, "refused");
        Assert.Equal($"{server.Url}: sends what is not MJPEG.", camera.State.Error);
        Assert.Equal(0, camera.Count);
        camera.UntilMore(3, "pictures once it is a video");
    }

    [Fact]
    public void Stream_GarbledInTheMiddle_GoesOnOrIsOpenedAgain()
    {
        var noise = new byte[50_000];
        new Random(2).NextBytes(noise);
        using var server = new HttpStream(connection => connection == 0 ? [.. Motion.Value, .. noise] : Motion.Value) { CloseAfter = connection => connection == 0 };
        using var camera = Watch(server.Url);

        camera.Until(() => server.Connections >= 2 && camera.State.Up, "up again");
        camera.UntilMore(1, "pictures");
        Assert.All(camera.Pictures, picture => Assert.Equal((96, 64), (picture.Width, picture.Height)));
    }

    [Fact]
    public void Stream_NobodyThereOrNotFound_SaysWhy()
    {
        Assert.Contains("cannot be reached: Connection refused", Refused(new StreamConfig { Url = $"http://127.0.0.1:{Loopback.FreePort()}/" }), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("cannot be reached: Connection refused", Refused(new StreamConfig { Url = $"rtsp://127.0.0.1:{Loopback.FreePort()}/one" }), StringComparison.OrdinalIgnoreCase);
        using var server = new RtspServer(Jpeg);
        Assert.Contains("not found", Refused(Viewer($"rtsp://127.0.0.1:{server.Port}/elsewhere")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Stream_SlowFirstByte_IsWaitedForLongerEachTime()
    {
        using var server = new HttpStream(_ => Motion.Value) { Delay = TimeSpan.FromSeconds(1.5), Repeat = TimeSpan.FromMilliseconds(100) };
        // 0.5, 1, 2 s.
        using var camera = new SupervisedCamera(new CameraConfig { Stream = new StreamConfig { Url = server.Url }, OpenSeconds = 0.5, StallSeconds = 1, ReopenSeconds = 1 });
        camera.Until(() => camera.State.Error?.Contains("no picture within 0.5 s of opening it; camera.open_seconds says") == true, "the first attempt");
        camera.UntilMore(3, "pictures");
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public void Stream_SevenSecondsToTheFirstByte_OpensAtOnceWithOpenSeconds()
    {
        using var server = new HttpStream(_ => Motion.Value) { Delay = TimeSpan.FromSeconds(7), Repeat = TimeSpan.FromMilliseconds(100) };
        using var camera = new SupervisedCamera(new CameraConfig { Stream = new StreamConfig { Url = server.Url }, OpenSeconds = 15, StallSeconds = 1 });
        report.WriteLine($"pictures after {camera.UntilMore(1, "pictures"):0.0} s");
        Assert.Equal((1, 0), (server.Connections, camera.State.Reopens));
    }

    [Fact]
    public void Stream_SevenSecondsToTheFirstByte_OpensWithoutASetting()
    {
        using var server = new HttpStream(_ => Motion.Value) { Delay = TimeSpan.FromSeconds(7), Repeat = TimeSpan.FromMilliseconds(100) };
        using var camera = new SupervisedCamera(new CameraConfig { Stream = new StreamConfig { Url = server.Url } });
        report.WriteLine($"pictures after {camera.UntilMore(1, "pictures", 40):0.0} s");
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void OpeningPatience_GrowsAndLearns_WithinItsBounds()
    {
        var patience = new OpeningPatience(TimeSpan.FromSeconds(5));
        List<double> seconds = [];
        for (var i = 0; i < 5; i++, patience.Grow())
            seconds.Add(patience.Current.TotalSeconds);
        Assert.Equal([5, 10, 20, 25, 25], seconds);
        patience.Learn(TimeSpan.FromSeconds(7));
        Assert.Equal(14, patience.Current.TotalSeconds);
        patience.Learn(TimeSpan.FromSeconds(1));
        Assert.Equal(5, patience.Current.TotalSeconds);
        var configured = new OpeningPatience(TimeSpan.FromSeconds(60));
        configured.Grow();
        Assert.Equal(60, configured.Current.TotalSeconds);
    }

    [Fact]
    public void Stream_Password_ReachesTheServerAndNoMessage()
    {
        var secret = Secret("s3cr3t/?");
        var config = new StreamConfig { User = "viewer", PasswordFile = secret };
        using (var server = new HttpStream(_ => Motion.Value) { IsProtected = true, Repeat = TimeSpan.FromMilliseconds(100) })
        {
            GStreamerCamera.Open(config with { Url = server.Url }, new OpeningPatience(Patience), TimeProvider.System).Dispose();
            Assert.Contains($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("viewer:s3cr3t/?"))}", server.LastRequest);
            Assert.EndsWith("refuses this user or password; check user and password_file.", Refused(new StreamConfig { Url = server.Url }));
        }
        var refused = Refused(config with { Url = $"http://127.0.0.1:{Loopback.FreePort()}/live?pwd=s3cr3t" });
        Assert.DoesNotContain("s3cr3t", refused);
        File.Delete(secret);
        Assert.Contains(secret, Assert.Throws<ConfigException>(() => GStreamerCamera.Open(config with { Url = "http://127.0.0.1/" }, new OpeningPatience(Patience), TimeProvider.System)).Message);
    }

    [Theory]
    [InlineData("rtsp://camera:8554/one?profile=2&pwd=hunter2", "rtsp://camera:8554/one?...")]
    [InlineData("rtsp://me:hunter2@camera/one", "rtsp://camera/one")]
    [InlineData("https://camera/live.mjpg", "https://camera/live.mjpg")]
    [InlineData("me:hunter2@camera/one?pwd=hunter2", "...")]
    [InlineData("camera/one?pwd=hunt@er2", "...")]
    [InlineData("camera/one", "camera/one")]
    public void Shown_Address_HoldsNoSecret(string url, string expected) => Assert.Equal(expected, CameraAddress.Shown(url));

    [Fact]
    public void Https_UnknownCertificate_IsRefusedUnlessToldOtherwise()
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Issue("ca", "server", "IP:127.0.0.1");
        using var server = new HttpStream(_ => Motion.Value)
        {
            Certificate = X509Certificate2.CreateFromPemFile(certificates.At("server.crt"), certificates.At("server.key")), Repeat = TimeSpan.FromMilliseconds(100),
        };
        var config = new StreamConfig { Url = server.Url };

        Assert.Contains("its certificate is not trusted", Refused(config), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", server.LastRequest);
        GStreamerCamera.Open(config with { Ca = certificates.At("ca.crt") }, new OpeningPatience(Patience), TimeProvider.System).Dispose();
        GStreamerCamera.Open(config with { Verify = false }, new OpeningPatience(Patience), TimeProvider.System).Dispose();
        Assert.Contains(certificates.At("none.crt"), Assert.Throws<ConfigException>(
            () => GStreamerCamera.Open(config with { Ca = certificates.At("none.crt") }, new OpeningPatience(Patience), TimeProvider.System)).Message);
    }

    [Fact]
    public void Rtsps_UnknownCertificate_IsRefusedUnlessToldOtherwise()
    {
        var certificates = new TestCertificates(folder.Path);
        certificates.Authority("ca");
        certificates.Issue("ca", "server", "IP:127.0.0.1");
        using var server = new RtspServer(Jpeg, certificate: (certificates.At("server.crt"), certificates.At("server.key")));
        var config = Viewer($"rtsps://127.0.0.1:{server.Port}/stream");

        Assert.Contains("its certificate is not trusted", Refused(config), StringComparison.OrdinalIgnoreCase);
        GStreamerCamera.Open(config with { Ca = certificates.At("ca.crt") }, new OpeningPatience(Patience), TimeProvider.System).Dispose();
        GStreamerCamera.Open(config with { Verify = false }, new OpeningPatience(Patience), TimeProvider.System).Dispose();
    }

    [Theory]
    [InlineData(Jpeg)]
    [InlineData(H264)]
    public void Rtsp_UserAndPassword_GivesPictures(string encoding)
    {
        using var server = new RtspServer(encoding);
        var config = Viewer($"rtsp://127.0.0.1:{server.Port}/stream");
        using (var camera = new SupervisedCamera(new CameraConfig { Stream = config }))
        {
            camera.UntilMore(10, "pictures");
            Assert.All(camera.Pictures, picture => Assert.Equal((96, 64, 3), (picture.Width, picture.Height, picture.Channels)));
            Assert.True(camera.Pictures.DistinctBy(picture => Convert.ToHexString(picture.Pixels)).Count() > 5, "the ball moves");
        }
        Assert.EndsWith("refuses this user or password; check user and password_file.", Refused(config with { PasswordFile = Secret("wrong") }));
    }

    [Fact]
    public void Rtsp_HangsOrIsCut_IsOpenedAgain()
    {
        using var server = new RtspServer(Jpeg);
        using var cable = new Cable(server.Port);
        using var camera = new SupervisedCamera(new CameraConfig { Stream = Viewer($"rtsp://127.0.0.1:{cable.Port}/stream"), StallSeconds = 1, ReopenSeconds = 1 });
        camera.UntilMore(5, "pictures");

        cable.IsSilent = true;
        var down = camera.Until(() => !camera.State.Up, "down");
        Assert.Contains("no picture for 1 s", camera.State.Error);
        cable.IsSilent = false;
        var up = camera.Until(() => camera.State.Up, "up again");
        report.WriteLine($"hung: seen after {down:0.00} s, pictures {up:0.00} s after it went on");
        camera.UntilMore(5, "pictures");

        cable.Cut();
        cable.Mend();
        down = camera.Until(() => !camera.State.Up, "down");
        up = camera.Until(() => camera.State.Up, "up again");
        report.WriteLine($"cut: seen after {down:0.00} s, pictures {up:0.00} s later");
        camera.UntilMore(5, "pictures");
    }

    [Fact]
    public void Capture_ThirtyPicturesASecond_AllocatesNothingAndIsSoon()
    {
        const int Rate = 30, First = 2;
        var path = Path.Combine(folder.Path, "numbered");
        // A corner whose brightness is the picture's number, in full range after the conversion to JPEG's.
        Child.Ffmpeg("-f", "lavfi", "-i", $"testsrc2=size=640x480:rate={Rate}", "-frames:v", $"{Rate}", "-vf",
            "geq=lum='if(lt(X,64)*lt(Y,64),8*N,lum(X,Y))':cb='if(lt(X,32)*lt(Y,32),128,cb(X,Y))':cr='if(lt(X,32)*lt(Y,32),128,cr(X,Y))'", "-c:v", "mjpeg", "-q:v", "4", "-f", "mpjpeg", path);
        var parts = Parts(File.ReadAllBytes(path));
        var sent = new long[Rate];
        var next = First;
        using var server = new HttpStream(_ =>
        {
            next = next + 1 < Rate ? next + 1 : First;
            sent[next] = Stopwatch.GetTimestamp();
            return parts[next];
        }) { Repeat = TimeSpan.FromSeconds(1.0 / Rate) };
        using var camera = GStreamerCamera.Open(new StreamConfig { Url = server.Url }, new OpeningPatience(Patience), TimeProvider.System);
        var frame = new CapturedFrame();
        // The first pictures make room, and the runtime compiles what runs often a second time.
        for (var i = 0; i < 100; i++)
            Assert.Equal(CaptureStatus.Captured, camera.Capture(frame, Patience));

        List<double> milliseconds = new(200);
        var allocated = new List<long>(120);
        var (cpu, begun) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
        for (var i = 0; i < 120; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            camera.Capture(frame, Patience);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            var number = (int)Math.Round((frame.Pixels[(16 * 640 + 16) * 3] * 219 / 255.0 + 16) / 8);
            milliseconds.Add(Stopwatch.GetElapsedTime(sent[number]).TotalMilliseconds);
        }
        var share = (Process.GetCurrentProcess().TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(begun);
        milliseconds.Sort();
        report.WriteLine($"640 x 480 at {120 / Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} pictures/s: sent to captured {milliseconds[60]:0.0} ms (median), {milliseconds[114]:0.0} ms (p95); "
            + $"{100 * share:0} % of a core, sender and other tests included; {allocated.Sum()} bytes allocated");
        // A collection that another test's thread asks for counts what is left of this thread's piece of memory. What a capture allocates, each would.
        Assert.InRange(allocated.Count(bytes => bytes > 0), 0, 3);
        Assert.InRange(milliseconds[60], 0, 500);
    }

    private static SupervisedCamera Watch(string url) => new(new CameraConfig { Stream = new StreamConfig { Url = url }, StallSeconds = 1, ReopenSeconds = 1 });

    private static GStreamerCamera Open(string pipeline) =>
        GStreamerCamera.Open(new GStreamerConfig { Pipeline = pipeline }, new OpeningPatience(Patience), TimeProvider.System);

    private static string Refused(string pipeline) => Assert.Throws<DeviceException>(() => Open(pipeline)).Message;

    private static string Refused(StreamConfig config) =>
        Assert.Throws<DeviceException>(() => GStreamerCamera.Open(config, new OpeningPatience(Patience), TimeProvider.System)).Message;

    private static CapturedFrame Next(GStreamerCamera camera)
    {
        var frame = new CapturedFrame();
        Assert.Equal(CaptureStatus.Captured, camera.Capture(frame, Patience));
        return frame;
    }

    private static void Until(Func<bool> condition)
    {
        for (var i = 0; i < 100; i++)
            if (condition())
                return;
        Assert.Fail("it did not come true in a hundred turns");
    }

    private StreamConfig Viewer(string url) => new() { Url = url, User = RtspServer.User, PasswordFile = Secret(RtspServer.Password) };

    private string Secret(string text)
    {
        var path = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text + "\n");
        return path;
    }

    private static byte[] Record()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "motion");
        Child.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", "15", "-c:v", "mjpeg", "-f", "mpjpeg", path);
        return File.ReadAllBytes(path);
    }

    /// <summary>The parts of a multipart text, each with its boundary.</summary>
    private static List<byte[]> Parts(byte[] text)
    {
        var boundary = "--ffmpeg"u8;
        List<byte[]> parts = [];
        for (var start = 0; text.AsSpan(start + 1).IndexOf(boundary) is var length and >= 0; start += length + 1)
            parts.Add(text[start..(start + 1 + length)]);
        return parts;
    }
}
