using System.Text.Json.Serialization;

namespace Edge.Web;

/// <summary>Whether a station's bundle still gives its golden samples' scores.</summary>
internal sealed record GoldenAnswer(string Station, bool Agrees, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
