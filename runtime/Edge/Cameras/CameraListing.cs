using Edge.Runtime;
using System.Text.Json.Serialization;

namespace Edge.Cameras;

/// <summary>A camera that is there, as <c>edge cameras</c> shows it.</summary>
/// <param name="Kind">The key of the configuration it belongs under: v4l2 or aravis.</param>
/// <param name="Id">What to write there: the device file or the id.</param>
internal sealed record CameraListing(string Kind, string Id)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Name { get; init; }

    /// <summary>The device file's name that stays the same across boots.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ById { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Vendor { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Model { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Serial { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Address { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Protocol { get; init; }
}
