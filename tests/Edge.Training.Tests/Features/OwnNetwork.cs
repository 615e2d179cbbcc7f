using Edge.Onnx;
using Edge.Onnx.Schema;

namespace Edge.Training.Tests.Features;

/// <summary>Small networks as a user brings them: convolutions without padding between, each with ReLU and an output.</summary>
internal sealed class OwnNetwork
{
    private readonly Random random = new(3);

    public OnnxGraph Graph { get; } = new("own");

    /// <summary>Weight and bias of every convolution, and the side of its kernel, which is its stride.</summary>
    public List<(float[] Weight, float[] Bias, int Side)> Layers { get; } = [];

    /// <summary>A network of layers named a, b, c and so on.</summary>
    /// <param name="layers">Channels and stride of each, the stride from the layer before.</param>
    public static OwnNetwork Of(params ReadOnlySpan<(int Channels, int Stride)> layers)
    {
        var own = new OwnNetwork();
        var (value, before) = (own.Graph.Input("picture", "N", 3, "H", "W"), 3);
        for (var i = 0; i < layers.Length; i++)
        {
            value = own.Graph.Node("Relu", [own.Convolution(value, before, layers[i].Channels, layers[i].Stride)]);
            before = layers[i].Channels;
            own.Graph.Output($"{(char)('a' + i)}", value, "N", before, $"H{i}", $"W{i}");
        }
        return own;
    }

    public string Convolution(string value, int before, int channels, int side)
    {
        float[] weight = Draw(channels * before * side * side, 2f / MathF.Sqrt(before * side * side)), bias = Draw(channels, 0.5f);
        Layers.Add((weight, bias, side));
        string[] inputs = [value, Graph.Weight($"w{Layers.Count}", weight, channels, before, side, side), Graph.Weight($"b{Layers.Count}", bias, channels)];
        return Graph.Node("Conv", inputs,
            ("kernel_shape", new[] { side, side }), ("strides", new[] { side, side }));
    }

    public float[] Draw(int count, float reach) => [.. Enumerable.Range(0, count).Select(_ => reach * (2 * random.NextSingle() - 1))];

    public ModelProto ToModel() => Graph.ToModel("made by hand", "7");

    /// <summary>The layers of a picture, worked out value by value: [layer][channel, place].</summary>
    /// <param name="picture">[3, H, W] of 0 to 255.</param>
    public float[][] Answer(float[] picture, int height, int width)
    {
        double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
        var (values, channels, layers) = (new double[picture.Length], 3, new List<float[]>());
        for (var i = 0; i < picture.Length; i++)
            values[i] = (picture[i] / 255.0 - mean[i / (height * width)]) / deviation[i / (height * width)];
        foreach (var (weight, bias, side) in Layers)
        {
            var (rows, columns) = (height / side, width / side);
            var next = new double[bias.Length * rows * columns];
            for (var i = 0; i < next.Length; i++)
            {
                var (o, y, x) = (i / (rows * columns), i / columns % rows, i % columns);
                double sum = bias[o];
                for (var c = 0; c < channels; c++)
                    for (var k = 0; k < side * side; k++)
                        sum += weight[(o * channels + c) * side * side + k] * values[(c * height + y * side + k / side) * width + x * side + k % side];
                next[i] = Math.Max(0, sum);
            }
            values = next;
            (height, width) = (rows, columns);
            channels = bias.Length;
            layers.Add([.. next.Select(v => (float)v)]);
        }
        return [.. layers];
    }
}
