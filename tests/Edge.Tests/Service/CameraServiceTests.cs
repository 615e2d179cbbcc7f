using System.Diagnostics;
using Edge.Testing;
using Edge.Service;
using Edge.Tests.Cameras;
using Edge.Tests.Outputs;

namespace Edge.Tests.Service;

/// <summary>The service as a process of its own, with a stream for a camera.</summary>
public sealed class CameraServiceTests : IDisposable
{
    private const string Password = "s3cr3t-of-the-file", InQuery = "s3cr3t-of-the-query";

    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public async Task Run_MjpegStream_IsInspectedBesideOpenCv()
    {
        // Proving the bundle loads OpenCV, with a libjpeg of its own, before GStreamer decodes with the system's.
        var path = tiny.At("motion");
        Child.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", "15", "-c:v", "mjpeg", "-f", "mpjpeg", path);
        var motion = File.ReadAllBytes(path);
        using var camera = new HttpStream(_ => motion) { Repeat = TimeSpan.FromMilliseconds(50) };
        using var process = Start($$"""
            version: 1
            state: {{tiny.At("state")}}
            stations: [{ name: top, bundle: {{tiny.Folder}}, device: cpu, camera: { stream: { url: '{{camera.Url}}' } } }]
            outputs: { json_lines: { path: '-' } }
            web: { port: 0 }
            """);
        var log = process.StandardError.ReadToEndAsync();
        try
        {
            for (var i = 0; i < 100; i++)
                Assert.Contains("\"station\":\"top\"", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? $"ended: {await log}");
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Doctor_NoPluginsAndNoTls_NamesThePackages()
    {
        var empty = Directory.CreateDirectory(tiny.At("plugins")).FullName;
        var start = new ProcessStartInfo("dotnet", [typeof(Systemd).Assembly.Location, "doctor", "--json"]) { RedirectStandardOutput = true };
        (start.Environment["GST_PLUGIN_SYSTEM_PATH_1_0"], start.Environment["GST_REGISTRY"], start.Environment["GIO_USE_TLS"]) = (empty, tiny.At("registry"), "dummy");
        using var process = Process.Start(start)!;
        var line = (await process.StandardOutput.ReadToEndAsync()).Split('\n').Single(line => line.Contains("\"gstreamer\""));

        Assert.Contains("\"warn\"", line);
        Assert.Contains("apt install gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-libav glib-networking", line);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/live?user=admin&pwd=" + InQuery)]
    [InlineData("rtsp://127.0.0.1:{0}/live?user=admin&pwd=" + InQuery)]
    public async Task Run_CameraThatRefuses_TellsNoSecretAnywhere(string address)
    {
        using var camera = new HttpStream(_ => []) { IsProtected = true, CloseAfter = static _ => true };
        using var broker = new Broker(tiny.Folder);
        using var subscriber = new Subscriber(broker.Port);
        var port = Loopback.FreePort();
        File.WriteAllText(tiny.At("password"), Password + "\n");
        using var process = Start($$"""
            version: 1
            state: {{tiny.At("state")}}
            stations:
              - name: top
                bundle: {{tiny.Folder}}
                device: cpu
                camera:
                  stream: { url: '{{string.Format(System.Globalization.CultureInfo.InvariantCulture, address, new Uri(camera.Url).Port)}}', user: viewer, password_file: {{tiny.At("password")}} }
                  stall_seconds: 1
                  reopen_seconds: 1
            outputs:
              mqtt: { host: 127.0.0.1, port: {{broker.Port}} }
              json_lines: { path: '-' }
            web: { port: {{port}} }
            """);
        var (log, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        List<(string Place, string Text)> said = [];
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Wait.Until(() => subscriber.Messages.Any(message => message.Text.Contains("/live?...")), "the camera's fault by MQTT");
            foreach (var path in new[] { "/v1/state", "/readyz", "/metrics", "/", "/v1/history" })
            {
                using var answer = await http.GetAsync(path);
                said.Add((path, await answer.Content.ReadAsStringAsync()));
            }
            foreach (var file in new[] { "cmdline", "environ" })
                said.Add((file, await File.ReadAllTextAsync($"/proc/{process.Id}/{file}")));
        }
        finally
        {
            process.Kill();
        }
        said.Add(("log", await log));
        said.Add(("output", await output));
        said.AddRange(subscriber.Messages.Select(message => (message.Topic, message.Text)));

        Assert.All(said, place => Assert.DoesNotContain("s3cr3t", place.Text));
        // The fault is told, and by what is left of the address.
        foreach (var place in new[] { "/v1/state", "/readyz", "log" })
            Assert.Contains("/live?...", said.Single(item => item.Place == place).Text);
    }

    private Process Start(string configuration)
    {
        File.WriteAllText(tiny.At("edge.yaml"), configuration);
        return Process.Start(new ProcessStartInfo("dotnet", [typeof(Systemd).Assembly.Location, "run", "--config", tiny.At("edge.yaml")])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
    }
}
