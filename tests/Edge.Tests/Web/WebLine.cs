using Edge.Runtime;
using System.Net.Http.Headers;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime.Imaging;
using Edge.Service;
using Edge.Testing;
using Edge.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Web;

/// <summary>A line of two stations without cameras, "top" and "gate" (external triggers), served over HTTP on a free port.</summary>
internal sealed class WebLine : IAsyncDisposable
{
    public const string Token = "open-sesame";

    private WebLine(TinyBundle tiny, Line line, WebServer server)
    {
        (Tiny, Line, Server) = (tiny, line, server);
        Http = new HttpClient { BaseAddress = Url(server), Timeout = TimeSpan.FromSeconds(30) };
    }

    public TinyBundle Tiny { get; }

    public Line Line { get; }

    public WebServer Server { get; }

    public HttpClient Http { get; }

    public Uri Address => Url(Server);

    public Station Top => Line.Find("top")!;

    /// <param name="token">Whether changes are allowed, with <see cref="Token"/>.</param>
    /// <param name="listen">The address.</param>
    /// <param name="int8">Whether the bundle has int8 and the stations run in it.</param>
    public static async Task<WebLine> Start(bool token = true, string listen = "127.0.0.1", bool int8 = false)
    {
        var tiny = new TinyBundle();
        if (int8)
            tiny.AddInt8();
        var profile = int8 ? "levels, precision: int8" : "levels";
        File.WriteAllText(tiny.At("token"), Token + "\n");
        File.WriteAllText(tiny.At("edge.yaml"), $$"""
            version: 1
            threads: 1
            stations:
              - { name: top, bundle: {{tiny.Folder}}, device: cpu, profile: {{profile}} }
              - { name: gate, bundle: {{tiny.Folder}}, device: cpu, profile: {{profile}}, trigger: { mode: external, deadline_ms: 50 } }

            """);
        var line = Line.Create(tiny.At("edge.yaml"), ConfigFile.Load(tiny.At("edge.yaml")), NullLoggerFactory.Instance);
        line.Start();
        var web = new WebConfig { Listen = listen, Port = 0, TokenFile = token ? tiny.At("token") : null, MaxRequestMb = 1 };
        return new WebLine(tiny, line, await WebServer.Start(line, line.Live, web, NullLoggerFactory.Instance));
    }

    /// <summary>Sends a request with the token.</summary>
    public Task<HttpResponseMessage> Post(string path, string json, string? token = Token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Http.SendAsync(request);
    }

    /// <summary>A part on the line, as a camera would begin it; returns when it has its answer.</summary>
    public async Task<PartResult> Part(string path, string partId)
    {
        using var picture = PictureFile.Read(path);
        var frame = new CapturedFrame { PartId = partId, Timestamp = Line.Time.GetTimestamp(), Time = Line.Time.GetUtcNow() };
        frame.Copy(picture.AsFrame());
        Top.Deliver(frame, waits: false);
        await Wait.Until(() => Top.State().Last?.PartId == partId);
        return Top.State().Last!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        await Line.DisposeAsync();
        Tiny.Dispose();
    }

    private static Uri Url(WebServer server) => new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri;
}
