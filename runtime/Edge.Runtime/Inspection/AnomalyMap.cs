namespace Edge.Runtime.Inspection;

/// <summary>Where an inspected picture is anomalous: one value per pixel of the original picture.</summary>
public sealed class AnomalyMap
{
    private float[] values = [];

    /// <summary>Columns, as in the picture.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, as in the picture.</summary>
    public int Height { get; private set; }

    /// <summary>[Height, Width] row by row, 0 or more; larger is more anomalous.</summary>
    public ReadOnlySpan<float> Values => values.AsSpan(0, Width * Height);

    /// <summary>Values above this are worth showing. It is the picture's threshold: a defect always has some.</summary>
    public float Threshold { get; internal set; }

    internal Span<float> Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        if (values.Length < width * height)
            values = new float[width * height];
        return values.AsSpan(0, width * height);
    }
}
