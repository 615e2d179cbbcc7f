using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Web;

/// <summary>The operator's page: a few files inside the program.</summary>
internal static class PageFiles
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "index.html", "text/html; charset=utf-8");
        Map(routes, "/app.js", "app.js", "text/javascript; charset=utf-8");
        Map(routes, "/trend.js", "trend.js", "text/javascript; charset=utf-8");
        Map(routes, "/style.css", "style.css", "text/css; charset=utf-8");
        Map(routes, "/icon.svg", "icon.svg", "image/svg+xml");
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string name, string type)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";
        routes.MapMethods(path, WebMethods.Read, context =>
        {
            // Asked for each time, sent only after an update.
            (context.Response.Headers.CacheControl, context.Response.Headers.ETag) = ("no-cache", tag);
            if (context.Request.Headers.IfNoneMatch != tag)
                return WebReply.Bytes(context, content, type);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        });
    }
}
