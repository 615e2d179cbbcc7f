using Edge.Configuration;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Web;

/// <summary>The HTTP side: health, metrics, inspection, the operator's page.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    /// <exception cref="Runtime.EdgeException">The address cannot be listened on, or a token or certificate cannot be read.</exception>
    public static Task<WebServer> Start(Line line, LiveView live, WebConfig config, ILoggerFactory log) => Task.FromResult(new WebServer());

    public ValueTask DisposeAsync() => default;
}
