using System.Security.Cryptography;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime;

namespace Edge.Features;

/// <summary>
/// A network that was trained on other pictures and stays as it is: its layers describe what is seen. By default the ImageNet ResNet-18 (He et al., arXiv
/// 1512.03385) of the package Microsoft.ML.DnnImageFeaturizer.ResNet18 under the MIT licence, up to its third stage: 64, 128 and 256 channels at a quarter,
/// an eighth and a sixteenth of the picture's sides. Batch normalisation is folded into the convolutions.
/// </summary>
internal sealed class Backbone
{
    /// <summary>Height and width of a picture must be multiples of this.</summary>
    public const int SizeMultiple = 16;

    /// <summary>The layers' names in a bundle's file of features, finest first.</summary>
    public static readonly string[] LayerNames = ["layer1", "layer2", "layer3"];

    private const string PackagedFile = "backbones/ResNet18.onnx";
    private const string PackagedHash = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f";
    private const double BatchNormEpsilon = 1e-5;

    // CNTK's names of what ends the first, second and third stage.
    private static readonly string[] PackagedLayers = ["ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0"];

    // Red, green and blue of the package's mean picture, of 0 to 255.
    private static readonly float[] PackagedMean = [123.15f, 115.90f, 103.06f];

    private readonly GraphProto source;
    private readonly Dictionary<string, TensorProto> constants;

    private Backbone(ModelProto model, string origin)
    {
        (source, Origin) = (model.Graph, origin);
        constants = source.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>Where it comes from, and under which licence.</summary>
    public string Origin { get; }

    /// <summary>Opens the packaged network.</summary>
    /// <exception cref="BundleException">The file beside the program is missing or another one.</exception>
    public static Backbone Packaged()
    {
        var path = Path.Combine(AppContext.BaseDirectory, PackagedFile);
        if (!File.Exists(path))
            throw new BundleException($"{path}: the frozen features' network is missing; build edge-train again.");
        var bytes = File.ReadAllBytes(path);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != PackagedHash)
            throw new BundleException($"{path}: not the network that this program knows; build edge-train again.");
        return new Backbone(ModelProto.Parser.ParseFrom(bytes), "ResNet-18 trained on ImageNet, from the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1 (MIT)");
    }

    /// <summary>Adds the network to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[N, channels, H, W] pictures in [-1, 1], grey or RGB.</param>
    /// <param name="channels">1 or 3.</param>
    /// <returns>The layers, finest first.</returns>
    public IReadOnlyList<string> Add(OnnxGraph graph, string x, int channels)
    {
        var colour = channels == 1 ? graph.Node("Concat", [x, x, x], ("axis", 1)) : x;
        // To 0 .. 255 less the mean, as it was trained; what the first convolution pads with is the mean.
        float[] offset = [.. PackagedMean.Select(mean => 127.5f - mean)];
        var values = new Dictionary<string, string>
        {
            [Input] = graph.Node("Add", [graph.Node("Mul", [colour, graph.Constant("backbone.scale", [127.5f], 1)]), graph.Constant("backbone.offset", offset, 1, 3, 1, 1)]),
        };
        foreach (var node in Needed())
        {
            if (node.OpType == "BatchNormalization")
            {
                // Done with the convolution before.
                values[node.Output[0]] = values[node.Input[0]];
                continue;
            }
            values[node.Output[0]] = node.OpType == "Conv" ? Convolution(graph, node, values) : graph.Copy(node, node.Input.Select(input => values[input]));
        }
        return [.. PackagedLayers.Select(layer => values[layer])];
    }

    private string Input => source.Input.First(input => !constants.ContainsKey(input.Name)).Name;

    private List<NodeProto> Needed()
    {
        HashSet<string> needed = [.. PackagedLayers];
        var nodes = new List<NodeProto>();
        foreach (var node in source.Node.Reverse())
            if (node.Output.Any(needed.Contains))
            {
                needed.UnionWith(node.Input);
                nodes.Add(node);
            }
        nodes.Reverse();
        return nodes;
    }

    private string Convolution(OnnxGraph graph, NodeProto node, Dictionary<string, string> values)
    {
        var tensor = constants[node.Input[1]];
        var weight = OnnxFile.Floats(tensor);
        long[] dims = [.. tensor.Dims];
        if (node.Input[0] == Input)
            weight = InRgb(weight, (int)(dims[2] * dims[3]));
        var bias = new float[dims[0]];
        if (source.Node.FirstOrDefault(other => other.OpType == "BatchNormalization" && other.Input[0] == node.Output[0]) is { } norm)
        {
            float[] scale = OnnxFile.Floats(constants[norm.Input[1]]), shift = OnnxFile.Floats(constants[norm.Input[2]]), mean = OnnxFile.Floats(constants[norm.Input[3]]), variance = OnnxFile.Floats(constants[norm.Input[4]]);
            var each = weight.Length / bias.Length;
            for (var c = 0; c < bias.Length; c++)
            {
                var factor = scale[c] / Math.Sqrt(variance[c] + BatchNormEpsilon);
                bias[c] = (float)(shift[c] - factor * mean[c]);
                for (var i = c * each; i < (c + 1) * each; i++)
                    weight[i] = (float)(weight[i] * factor);
            }
        }
        var name = $"backbone.{node.Input[1]}";
        return graph.Copy(node, [values[node.Input[0]], graph.Weight($"{name}.weight", weight, dims), graph.Weight($"{name}.bias", bias, bias.Length)]);
    }

    /// <summary>The first convolution's weights for RGB instead of BGR.</summary>
    private static float[] InRgb(float[] weight, int area)
    {
        var result = new float[weight.Length];
        for (var plane = 0; plane < weight.Length / area; plane++)
            weight.AsSpan(plane * area, area).CopyTo(result.AsSpan((plane - plane % 3 + 2 - plane % 3) * area));
        return result;
    }
}
