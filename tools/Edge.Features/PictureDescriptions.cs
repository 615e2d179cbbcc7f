using System.Numerics.Tensors;
using Edge.Onnx;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Features;

/// <summary>What a whole picture looks like, in one vector: the mean of a backbone's second layer over all places, with length 1.</summary>
internal sealed class PictureDescriptions : IDisposable
{
    /// <summary>Longer side, in pixels, that a picture is scaled down to. Its grain decides less then, and it costs a quarter of what 256
    /// pixels do.</summary>
    private const int Side = 128;

    private const int Layer = 1;

    private readonly NetworkRun run;
    private readonly int channels;
    private readonly int multiple;

    /// <param name="backbone">Describes pictures.</param>
    /// <param name="channels">1 or 3.</param>
    public PictureDescriptions(Backbone backbone, int channels)
    {
        var graph = new OnnxGraph("descriptions");
        var layers = backbone.Add(graph, graph.Input("x", "N", channels, "H", "W"), channels);
        graph.Output("layer", graph.Node("GlobalAveragePool", [layers[Layer]]), "N", backbone.Layers[Layer].Channels, 1, 1);
        (this.channels, multiple, run) = (channels, backbone.SizeMultiple, new NetworkRun(graph.ToModel("edge-train", "0")));
    }

    /// <summary>Describes a picture of any size.</summary>
    /// <param name="values">[C, H, W] in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    public float[] Of(ReadOnlySpan<float> values, PictureShape shape)
    {
        var scale = Math.Min(1, (double)Side / Math.Max(shape.Width, shape.Height));
        var (width, height) = (Scaled(shape.Width), Scaled(shape.Height));
        var resampler = new Resampler(shape.Width, shape.Height, width, height);
        var scaled = new float[channels * width * height];
        for (var c = 0; c < channels; c++)
            resampler.Apply(values.Slice(c * shape.Pixels, shape.Pixels), scaled.AsSpan(c * width * height, width * height));
        var said = run.Run(scaled, 1, channels, height, width)[0];
        TensorPrimitives.Divide(said, TensorPrimitives.Norm<float>(said), said);
        return said;

        int Scaled(int side) => Math.Max(multiple, (int)Math.Round(side * scale / multiple) * multiple);
    }

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();
}
