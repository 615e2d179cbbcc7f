using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Edge.Web;

/// <summary>Reads what was sent, within limits of size and time.</summary>
internal static class RequestBody
{
    private const int MostJson = 64 << 10;

    /// <summary>A body may take so long; slow senders must not hold memory for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="WebException">It is too slow or compressed.</exception>
    /// <exception cref="BadHttpRequestException">It is too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> Read(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding.ToString() is not ("" or "identity"))
            throw new WebException(StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be identity.");
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(Patience);
        // Memory for what has come, not for what a header claims will come.
        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, 1 << 20));
        try
        {
            await context.Request.Body.CopyToAsync(body, time.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new WebException(StatusCodes.Status408RequestTimeout, $"The body took more than {Patience.TotalSeconds} s.");
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Reads a small JSON object; an empty body is an empty object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="known">The keys it may have.</param>
    /// <exception cref="WebException">It is not JSON, not an object, or has another key.</exception>
    public static async Task<JsonElement> Object(HttpContext context, params string[] known)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostJson;
        var body = await Read(context);
        try
        {
            using var document = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new WebException(StatusCodes.Status400BadRequest, $"The body must be a JSON object with {string.Join(", ", known)}.");
            foreach (var field in document.RootElement.EnumerateObject())
                if (!known.Contains(field.Name))
                    throw new WebException(StatusCodes.Status400BadRequest, $"'{field.Name}' is not known here; there are {string.Join(", ", known)}.");
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new WebException(StatusCodes.Status400BadRequest, $"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>A text of the object; null where there is none.</summary>
    /// <exception cref="WebException">It is not a text.</exception>
    public static string? Text(JsonElement fields, string key) => !fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new WebException(StatusCodes.Status400BadRequest, $"'{key}' must be a text.");

    /// <summary>A number of the object; null where there is none.</summary>
    /// <exception cref="WebException">It is not a number.</exception>
    public static double? Number(JsonElement fields, string key) => !fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw new WebException(StatusCodes.Status400BadRequest, $"'{key}' must be a number or null.");
}
