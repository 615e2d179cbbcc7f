using System.Diagnostics;
using Edge.Runtime.Tests.Bundles;
using Edge.Service;
using Edge.Tests.Cameras;
using Edge.Tests.Outputs;

namespace Edge.Tests.Service;

/// <summary>The service with a camera whose address and password file are secret: everything it says is read.</summary>
public sealed class CameraSecretsTests : IDisposable
{
    private const string Password = "s3cr3t-of-the-file", InQuery = "s3cr3t-of-the-query";

    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

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
        File.WriteAllText(tiny.At("edge.yaml"), $$"""
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
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Systemd).Assembly.Location, "run", "--config", tiny.At("edge.yaml")])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
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
}
