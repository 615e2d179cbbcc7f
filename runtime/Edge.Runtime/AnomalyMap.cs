using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Runtime;

/// <summary>Where an inspected picture is anomalous: one value per pixel of the original picture.</summary>
public sealed class AnomalyMap
{
    private float[] values = [];
    private Resampler? resampler;

    /// <summary>Columns, as in the picture.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, as in the picture.</summary>
    public int Height { get; private set; }

    /// <summary>[Height, Width] row by row, 0 or more; larger is more anomalous. In the unit of the score.</summary>
    public ReadOnlySpan<float> Values => values.AsSpan(0, Width * Height);

    /// <summary>Values above this are worth showing. It is the picture's threshold: a defect always has some.</summary>
    public float Threshold { get; internal set; }

    /// <summary>Brings a map from the network's size to the picture's. What exceeds <see cref="Threshold"/> keeps its height.</summary>
    /// <param name="source">[sourceHeight, sourceWidth] 0 or more.</param>
    /// <param name="sourceWidth">Columns of the source.</param>
    /// <param name="sourceHeight">Rows of the source.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    internal void Fill(ReadOnlySpan<float> source, int sourceWidth, int sourceHeight, int width, int height)
    {
        (Width, Height) = (width, height);
        if (values.Length < width * height)
            values = new float[width * height];
        if (resampler is null || resampler.SourceWidth != sourceWidth || resampler.SourceHeight != sourceHeight || resampler.Width != width || resampler.Height != height)
            resampler = new Resampler(sourceWidth, sourceHeight, width, height);
        resampler.Apply(source, values.AsSpan(0, width * height));
        if (sourceWidth >= width && sourceHeight >= height)
            return;
        // Interpolation flattens a peak, and a defect without a pixel above the threshold would have no outline.
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] <= Threshold)
                continue;
            var (y, x) = (i / sourceWidth, i % sourceWidth);
            ref var peak = ref values[(2 * y + 1) * height / (2 * sourceHeight) * width + (2 * x + 1) * width / (2 * sourceWidth)];
            peak = MathF.Max(peak, source[i]);
        }
    }
}
