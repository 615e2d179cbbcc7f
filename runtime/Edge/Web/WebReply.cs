using Edge.Runtime;
using Edge.Service;
using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>How answers are written: JSON as <see cref="ResultJson"/> spells it, errors as {"error": "..."}.</summary>
internal static class WebReply
{
    public static Task Json<T>(HttpContext context, T value, int status = StatusCodes.Status200OK) =>
        Bytes(context, ResultJson.Bytes(value), "application/json", status);

    public static Task Bytes(HttpContext context, ReadOnlyMemory<byte> body, string type, int status = StatusCodes.Status200OK)
    {
        (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength) = (status, type, body.Length);
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task Error(HttpContext context, int status, string message)
    {
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        return Json(context, new { error = message }, status);
    }
}
