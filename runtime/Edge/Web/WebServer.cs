using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Web;

/// <summary>The HTTP side: health, metrics, inspection, the operator's page.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private const int MostConnections = 256;

    private readonly WebApplication app;
    private readonly WebGuard guard;
    private readonly ILogger log;

    private WebServer(WebApplication app, WebGuard guard, ILogger log) => (this.app, this.guard, this.log) = (app, guard, log);

    /// <summary>Where it listens; tells the port where 0 was asked for.</summary>
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <exception cref="EdgeException">The address cannot be listened on, or a token or certificate cannot be read.</exception>
    public static async Task<WebServer> Start(Line line, LiveView live, WebConfig config, ILoggerFactory log)
    {
        var (guard, tls) = (new WebGuard(config, log.CreateLogger("web")), config.Tls is { } files ? Certificate(files) : null);
        // An empty builder: nothing in the environment or the folder it is started in changes what the configuration says.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new Forward(log));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Limit(options, config, tls));
        var app = builder.Build();
        var server = new WebServer(app, guard, log.CreateLogger("web"));
        app.Use(server.Serve);
        Map(app, line, live, guard, config);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new ConfigException($"web.listen {config.Listen}, web.port {config.Port}: cannot be listened on ({(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}); choose another, or end the program that has it.", e);
        }
        server.log.LogInformation("Page and endpoints at {Address}{Changes}", server.Address, guard.AllowsChanges ? "" : "; changes by HTTP are off without web.token_file");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    private static void Map(WebApplication app, Line line, LiveView live, WebGuard guard, WebConfig config)
    {
        var desk = new PictureDesk(config);
        PageFiles.Map(app);
        new HealthEndpoints(line).Map(app);
        new LineEndpoints(line, guard).Map(app);
        new PictureEndpoints(line, live, desk).Map(app);
        new InferenceEndpoints(line, desk).Map(app);
    }

    private static void Limit(KestrelServerOptions options, WebConfig config, HttpsConnectionAdapterOptions? tls)
    {
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxRequestBodySize = (long)config.MaxRequestMb << 20;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        options.Listen(IPAddress.Parse(config.Listen), config.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (tls is not null)
                listen.UseHttps(tls);
        });
    }

    private static HttpsConnectionAdapterOptions Certificate(WebTlsConfig files)
    {
        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(files.Certificate);
            return new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key), ServerCertificateChain = chain,
                HandshakeTimeout = TimeSpan.FromSeconds(10),
            };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"web.tls: {files.Certificate} and {files.Key} cannot be used ({e.Message.ReplaceLineEndings(" ")}); they must be a certificate and its unencrypted key, PEM.", e);
        }
    }

    /// <summary>Around every request: headers, permission, and an answer in JSON whatever goes wrong.</summary>
    private async Task Serve(HttpContext context, RequestDelegate next)
    {
        WebGuard.SetHeaders(context.Response.Headers);
        try
        {
            guard.Check(context);
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null })
                await WebReply.Error(context, context.Response.StatusCode, context.Response.StatusCode switch
                {
                    StatusCodes.Status404NotFound => $"{context.Request.Path}: no such path.",
                    StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} takes {context.Response.Headers.Allow}, not {context.Request.Method}.",
                    var status => $"Status {status}.",
                });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var (status, message) = e switch
            {
                WebException refused => (refused.Status, refused.Message),
                Microsoft.AspNetCore.Http.BadHttpRequestException bad => (bad.StatusCode, bad.Message),
                PictureException => (StatusCodes.Status422UnprocessableEntity, e.Message),
                _ => (StatusCodes.Status500InternalServerError, "This box failed to answer; its log says why."),
            };
            if (status == StatusCodes.Status500InternalServerError)
                log.LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await WebReply.Error(context, status, message);
        }
    }

    /// <summary>Signals are the service's: the HTTP side goes last, not when SIGTERM comes.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Warnings of the web server go to the service's log.</summary>
    private sealed class Forward(ILoggerFactory log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose() { }
    }
}
