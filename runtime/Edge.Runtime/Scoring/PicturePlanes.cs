namespace Edge.Runtime.Scoring;

/// <summary>What the network said of one picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">[planes, Height, Width].</param>
internal sealed record PicturePlanes(int Height, int Width, float[] Values)
{
    /// <summary>[Height, Width] one plane.</summary>
    public ReadOnlySpan<float> Plane(int k) => Values.AsSpan(k * Height * Width, Height * Width);

    /// <summary>Some of the planes, in the order asked for.</summary>
    public PicturePlanes Select(IReadOnlyList<int> planes)
    {
        var pixels = Height * Width;
        var values = new float[planes.Count * pixels];
        for (var k = 0; k < planes.Count; k++)
            Plane(planes[k]).CopyTo(values.AsSpan(k * pixels, pixels));
        return this with { Values = values };
    }
}
