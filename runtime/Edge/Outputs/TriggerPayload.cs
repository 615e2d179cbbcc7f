using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Edge.Outputs;

/// <summary>The payload of a trigger message: nothing, a part's id as plain text, or JSON {"part_id": "..."}.</summary>
internal static class TriggerPayload
{
    private const int MaxBytes = 1024;

    /// <param name="payload">What came.</param>
    /// <param name="partId">The part's id; null where there is none.</param>
    /// <returns>Why it is refused; null when it is not.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out string? partId)
    {
        partId = null;
        if (payload.Length > MaxBytes)
            return $"the payload has more than {MaxBytes} bytes";
        if (!Utf8.IsValid(payload))
            return "the payload is not UTF-8";
        var text = Encoding.UTF8.GetString(payload);
        if (text.StartsWith('{'))
            try
            {
                using var json = JsonDocument.Parse(text);
                text = "";
                if (json.RootElement.TryGetProperty("part_id", out var id) && id.ValueKind != JsonValueKind.Null)
                    text = id.ValueKind == JsonValueKind.Number ? id.GetRawText() : id.GetString()!;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return "the payload begins with { but is not JSON like {\"part_id\": \"...\"}";
            }
        if (text.Any(char.IsControl))
            return "the part id has control characters";
        partId = text.Length == 0 ? null : text;
        return null;
    }
}
