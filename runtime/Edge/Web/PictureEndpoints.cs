using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Edge.Cameras;
using Edge.Runtime;
using Edge.Drawing;
using Edge.Runtime.Imaging;
using Edge.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Web;

/// <summary>Pictures in and out: a posted one is inspected, those of the line are shown.</summary>
internal sealed class PictureEndpoints(Line line, LiveView live, PictureDesk desk)
{
    private const int LongestSide = 1600;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/inspect", desk.Limited(Inspect)).WithMetadata(new TakesPictures());
        routes.MapMethods("/v1/stations/{name}/live.jpg", WebMethods.Read, Live);
        routes.MapMethods("/v1/stations/{name}/ng", WebMethods.Read, Rejected);
        routes.MapMethods("/v1/stations/{name}/ng/{id:long}.jpg", WebMethods.Read, RejectedPicture);
    }

    private async Task Inspect(HttpContext context)
    {
        var station = Query.Station(line, context.Request.Query["station"]);
        var withMap = context.Request.Query["map"].ToString() switch
        {
            "" or "none" => false,
            "png" => true,
            var other => throw new WebException(StatusCodes.Status400BadRequest, $"'map' must be png or none, not '{other}'."),
        };
        var depth = Query.Number(context, "depth");
        if (depth is not (null or >= 8 and <= 16) || depth is { } bits && bits != Math.Floor(bits))
            throw new WebException(StatusCodes.Status400BadRequest, $"'depth' must be a whole number of bits from 8 to 16, not '{context.Request.Query["depth"]}'.");
        var frame = new CapturedFrame();
        using (var picture = PictureFile.Decode((await RequestBody.Read(context)).Span, "the picture", (int)(depth ?? 0)))
            frame.Copy(picture.AsFrame());
        var posted = await PictureDesk.Inspect(station, frame, context.RequestAborted);
        var answer = JsonSerializer.SerializeToNode(posted.Result, ResultJson.Options)!;
        if (withMap && posted.Map.Length > 0)
            answer["map_png"] = Convert.ToBase64String(Overlay.RenderMap(frame.AsFrame(), posted.Map, (float)posted.Result.Threshold, LongestSide, jpegQuality: null));
        await WebReply.Json<JsonNode>(context, answer);
    }

    private Task Live(HttpContext context) => Show(context, live.Watch(Station(context).Name));

    private Task Rejected(HttpContext context)
    {
        var pictures = live.Of(Station(context).Name);
        return WebReply.Json(context, new { Parts = pictures.Rejected().Select(picture => picture.Result), pictures.Skipped });
    }

    private Task RejectedPicture(HttpContext context)
    {
        var id = long.Parse((string)context.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);
        return Show(context, live.Of(Station(context).Name).Rejected().FirstOrDefault(picture => picture.Result.Id == id)
            ?? throw new WebException(StatusCodes.Status404NotFound, $"No picture of inspection {id} is kept here; the picture store may have it."));
    }

    private static Task Show(HttpContext context, LivePicture? picture)
    {
        if (picture is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        var heat = context.Request.Query["map"].ToString() is not "0";
        var tag = $"\"{picture.Result.Id}-{(heat ? 1 : 0)}\"";
        (context.Response.Headers.CacheControl, context.Response.Headers.ETag) = ("no-cache", tag);
        context.Response.Headers["X-Edge-Inspection"] = picture.Result.Id.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Edge-Time"] = picture.Result.Time.ToString("O");
        context.Response.Headers["X-Edge-Verdict"] = picture.Result.Verdict.ToString().ToLowerInvariant();
        if (context.Request.Headers.IfNoneMatch != tag)
            return WebReply.Bytes(context, heat ? picture.Heat : picture.Plain, "image/jpeg");
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    private Station Station(HttpContext context) => Query.Station(line, (string)context.Request.RouteValues["name"]!);
}
