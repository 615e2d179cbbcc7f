using System.Text;
using Edge.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Web;

/// <summary>For those who watch the box: /healthz, /readyz, /metrics.</summary>
internal sealed class HealthEndpoints(Line line)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/healthz", WebMethods.Read, context => WebReply.Json(context, new { alive = true }));
        routes.MapMethods("/readyz", WebMethods.Read, Ready);
        routes.MapMethods("/metrics", WebMethods.Read, Metrics);
    }

    private Task Ready(HttpContext context)
    {
        var state = line.State();
        return WebReply.Json(context, new { state.Ready, state.Reasons, state.Warnings, state.NeedRestart },
            state.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private Task Metrics(HttpContext context)
    {
        line.Observe();
        using var text = new StringWriter();
        line.Telemetry.Write(text);
        return WebReply.Bytes(context, Encoding.UTF8.GetBytes(text.ToString()), "text/plain; version=0.0.4; charset=utf-8");
    }
}
