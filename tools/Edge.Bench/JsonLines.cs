using System.Text.Encodings.Web;
using System.Text.Json;

namespace Edge.Bench;

/// <summary>One JSON object a line.</summary>
internal static class JsonLines
{
    static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object and a line feed.</summary>
    public static void Write<T>(TextWriter output, T row) => output.Write(JsonSerializer.Serialize(row, Options) + "\n");
}
