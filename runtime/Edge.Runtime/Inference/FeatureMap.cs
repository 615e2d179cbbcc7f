namespace Edge.Runtime.Inference;

/// <summary>One layer's activations of the pictures last run.</summary>
/// <param name="Name">The output's name in the ONNX file.</param>
/// <param name="Channels">Channels of the layer.</param>
/// <param name="Height">Rows; a fraction of the picture's.</param>
/// <param name="Width">Columns; a fraction of the picture's.</param>
/// <param name="Values">[N, C, H, W] activations, overwritten by the next run.</param>
internal sealed record FeatureMap(string Name, int Channels, int Height, int Width, Memory<float> Values)
{
    /// <summary>[C, H, W] activations of one picture.</summary>
    /// <param name="picture">Index of the picture in the run, from 0.</param>
    public Span<float> this[int picture] => Values.Span.Slice(picture * Channels * Height * Width, Channels * Height * Width);
}
