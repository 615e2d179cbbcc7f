using System.Text.Json;
using Edge.Runtime;

namespace Edge.CommandLine;

/// <summary>One JSON object a line, spelled as <see cref="ResultJson"/> says.</summary>
internal static class JsonLines
{
    /// <summary>Writes an object and a line feed, in one piece.</summary>
    public static void Write<T>(TextWriter output, T row) => output.Write(JsonSerializer.Serialize(row, ResultJson.Options) + "\n");
}
