namespace Edge.Runtime.Inspection;

/// <summary>The measurement of a whole picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">[planes, Height, Width].</param>
internal sealed record Planes(int Height, int Width, float[] Values)
{
    /// <summary>Planes of several measurements of one picture, in this order.</summary>
    /// <param name="planes">One or more, each the plane of that number of its measurement.</param>
    public static Planes Of(IReadOnlyList<(Planes From, int Index)> planes)
    {
        var (height, width) = (planes[0].From.Height, planes[0].From.Width);
        var pixels = height * width;
        var values = new float[planes.Count * pixels];
        for (var k = 0; k < planes.Count; k++)
            planes[k].From.Values.AsSpan(planes[k].Index * pixels, pixels).CopyTo(values.AsSpan(k * pixels));
        return new Planes(height, width, values);
    }
}
