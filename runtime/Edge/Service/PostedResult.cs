namespace Edge.Service;

/// <summary>The answer to a posted picture.</summary>
/// <param name="Result">The verdict.</param>
/// <param name="Map">[Height, Width] values of the anomaly map.</param>
/// <param name="Width">Columns of picture and map.</param>
/// <param name="Height">Rows.</param>
internal sealed record PostedResult(PartResult Result, float[] Map, int Width, int Height);
