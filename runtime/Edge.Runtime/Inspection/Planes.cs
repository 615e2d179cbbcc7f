namespace Edge.Runtime.Inspection;

/// <summary>The measurement of a whole picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">[planes, Height, Width].</param>
internal sealed record Planes(int Height, int Width, float[] Values)
{
    /// <summary>Some of the planes, in another order.</summary>
    public Planes Select(IReadOnlyList<int> which)
    {
        var pixels = Height * Width;
        var values = new float[which.Count * pixels];
        for (var k = 0; k < which.Count; k++)
            Values.AsSpan(which[k] * pixels, pixels).CopyTo(values.AsSpan(k * pixels));
        return new Planes(Height, Width, values);
    }
}
