namespace Edge.Runtime.Inspection;

/// <summary>The measurement of a whole picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">[planes, Height, Width].</param>
internal sealed record Planes(int Height, int Width, float[] Values);
