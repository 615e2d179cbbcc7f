using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Service;

/// <summary>What a station inspects with: swapped as one when the configuration or the bundle changes.</summary>
/// <param name="Inspector">Used by the station's thread alone, but for its threshold.</param>
/// <param name="Folder">The private copy of the bundle it was opened from.</param>
internal sealed record StationModel(Inspector Inspector, string Folder) : IDisposable
{
    /// <summary>bundle, configuration or operator.</summary>
    public string ThresholdSource { get; set; } = "bundle";

    public void Dispose() => Inspector.Dispose();
}
