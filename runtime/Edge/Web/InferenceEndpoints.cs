using Edge.Runtime.Imaging;
using System.Globalization;
using Edge.Runtime;
using Edge.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Web;

/// <summary>
/// The Open Inference Protocol v2 (KServe, Triton, OpenVINO Model Server), HTTP with JSON and the binary tensor extension: a model is a
/// station, its version the bundle's.
/// </summary>
internal sealed class InferenceEndpoints(Line line, PictureDesk desk)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v2", WebMethods.Read, context => WebReply.Json(context, new { Name = "edge", Version, Extensions = new[] { "binary_tensor_data" } }));
        routes.MapMethods("/v2/health/live", WebMethods.Read, context => WebReply.Json(context, new { live = true }));
        routes.MapMethods("/v2/health/ready", WebMethods.Read, context => Ready(context, line.State().Ready, new { line.State().Ready }));
        foreach (var model in new[] { "/v2/models/{name}", "/v2/models/{name}/versions/{version}" })
        {
            routes.MapMethods(model, WebMethods.Read, Metadata);
            routes.MapMethods(model + "/ready", WebMethods.Read, ModelReady);
            routes.MapPost(model + "/infer", desk.Limited(Infer)).WithMetadata(new TakesPictures());
        }
    }

    private static string Version => typeof(InferenceEndpoints).Assembly.GetName().Version!.ToString(3);

    private static Task Ready<T>(HttpContext context, bool ready, T answer) =>
        WebReply.Json(context, answer, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private Task Metadata(HttpContext context)
    {
        var station = Model(context);
        var manifest = station.Model.Inspector.Model.Bundle.Manifest;
        return WebReply.Json(context, new
        {
            station.Name, Versions = new[] { manifest.Version }, Platform = "edge_onnx",
            Inputs = new[]
            {
                new
                {
                    Name = InferenceRequest.InputName, Datatype = "UINT8", Shape = new[] { -1, -1, -1 },
                    Parameters = new
                    {
                        Layout = "[H, W, C], [1, H, W, C] or [H, W]; C is 1 (grey) or 3", ChannelOrder = "RGB",
                        AlsoDatatype = $"BYTES, shape [1]: a {PictureFile.Formats} file, base64 in JSON",
                    },
                },
            },
            Outputs = InferenceReply.Outputs.Select(output => new { output.Name, output.Datatype, output.Shape }),
            Parameters = new
            {
                Bundle = manifest.Id, BundleHash = station.Model.Inspector.Model.Hash,
                Profile = station.Model.Inspector.Model.ProfileName, station.Model.Inspector.Model.Precision,
                AnomalyMap = "only when asked for in outputs",
            },
        });
    }

    // Posted pictures need no camera, so the model is ready as soon as the line runs.
    private Task ModelReady(HttpContext context) => Ready(context, true, new { Model(context).Name, Ready = true });

    private async Task Infer(HttpContext context)
    {
        var station = Model(context);
        int? headerLength = context.Request.Headers["Inference-Header-Content-Length"].ToString() is not { Length: > 0 } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
            : throw new WebException(StatusCodes.Status400BadRequest, $"Inference-Header-Content-Length is '{text}', not a number.");
        var body = await RequestBody.Read(context);
        PostedResult posted;
        InferenceRequest request;
        try
        {
            request = InferenceRequest.Read(body.Span, headerLength);
            if (request.Outputs.Keys.FirstOrDefault(name => InferenceReply.Outputs.All(output => output.Name != name)) is { } unknown)
                throw new WebException(StatusCodes.Status400BadRequest, $"no output '{unknown}'; there are {string.Join(", ", InferenceReply.Outputs.Select(output => output.Name))}.");
            posted = await PictureDesk.Inspect(station, request.Picture, context.RequestAborted);
        }
        catch (PictureException e)
        {
            throw new WebException(StatusCodes.Status400BadRequest, e.Message);
        }
        if (posted.Result.Score is null)
            throw new WebException(StatusCodes.Status500InternalServerError, posted.Result.Error ?? "the picture was not inspected.");
        await InferenceReply.Write(context, request, posted);
    }

    /// <summary>A station by its name, or by its bundle's id where only one station has it.</summary>
    private Station Model(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        var stations = line.Find(name) is { } named ? [named] : line.Stations.Where(station => station.Model.Inspector.Model.Bundle.Id == name).ToList();
        if (stations.Count > 1)
            throw new WebException(StatusCodes.Status404NotFound, $"'{name}' is the bundle of {string.Join(", ", stations.Select(station => station.Name))}: say which.");
        var model = stations.FirstOrDefault()
            ?? throw new WebException(StatusCodes.Status404NotFound, $"no model '{name}'; there are {string.Join(", ", line.Stations.Select(station => station.Name))}.");
        var version = model.Model.Inspector.Model.Bundle.Manifest.Version;
        return context.Request.RouteValues["version"] is not string asked || asked == version
            ? model
            : throw new WebException(StatusCodes.Status404NotFound, $"model '{name}' has version {version}, not {asked}.");
    }
}
