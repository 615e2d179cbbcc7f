using Edge.Onnx;
using Edge.Onnx.Schema;

namespace Edge.Features;

/// <summary>
/// A network in the form that the writer and the quantiser take: constants are initialisers, batch normalisation is part of the convolution before,
/// and every convolution has a weight and a bias of its own. What its outputs do not need is left out.
/// </summary>
internal static class BackboneGraph
{
    /// <summary>Of ONNX, where a node does not say.</summary>
    private const float BatchNormEpsilon = 1e-5f;

    /// <summary>Brings a network into that form.</summary>
    /// <param name="source">One input, outputs, and weights inside; it stays as it is.</param>
    /// <exception cref="ArgumentException">The weights of a convolution are no constant 32-bit floats.</exception>
    public static GraphProto Of(GraphProto source)
    {
        var constants = source.Initializer.ToDictionary(tensor => tensor.Name);
        var graph = new GraphProto
        {
            Name = source.Name, Input = { source.Input.Where(input => !constants.ContainsKey(input.Name)) }, Output = { source.Output.Select(output => output.Clone()) },
        };
        // By the value that batch normalisation gives: the convolution that gives it now.
        var renamed = new Dictionary<string, string>();
        foreach (var original in Needed(source))
        {
            var node = original.Clone();
            for (var i = 0; i < node.Input.Count; i++)
                node.Input[i] = renamed.GetValueOrDefault(node.Input[i], node.Input[i]);
            if (Constant(node, constants) is { } constant)
            {
                constants[node.Output[0]] = constant;
                continue;
            }
            if (node.OpType == "Conv")
                OwnWeights(node, constants);
            else if (node.OpType == "BatchNormalization" && Before(node, graph, source, constants) is { } convolution)
            {
                Fold(node, convolution, constants);
                renamed[node.Output[0]] = convolution.Output[0];
                continue;
            }
            graph.Node.Add(node);
        }
        foreach (var output in graph.Output)
            output.Name = renamed.GetValueOrDefault(output.Name, output.Name);
        foreach (var name in graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).Distinct())
            if (constants.TryGetValue(name, out var tensor))
            {
                var copy = tensor.Clone();
                copy.Name = name;
                graph.Initializer.Add(copy);
            }
        return graph;
    }

    private static List<NodeProto> Needed(GraphProto source)
    {
        HashSet<string> needed = [.. source.Output.Select(output => output.Name)];
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

    /// <summary>The tensor of a node that gives a constant. Exporters share one weight among layers through Identity.</summary>
    private static TensorProto? Constant(NodeProto node, Dictionary<string, TensorProto> constants) => node.OpType switch
    {
        "Constant" => node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T,
        "Identity" => constants.GetValueOrDefault(node.Input[0]),
        _ => null,
    };

    /// <summary>Gives a convolution a weight and a bias under names of its own, which the quantiser tells layers apart by.</summary>
    private static void OwnWeights(NodeProto node, Dictionary<string, TensorProto> constants)
    {
        var weight = Floats(node, 1, constants);
        long[] dims = [.. constants[node.Input[1]].Dims];
        var bias = node.Input.Count > 2 && node.Input[2].Length > 0 ? Floats(node, 2, constants) : new float[dims[0]];
        string[] inputs = [node.Input[0], $"{node.Output[0]}.weight", $"{node.Output[0]}.bias"];
        constants[inputs[1]] = OnnxFile.Tensor<float>(inputs[1], weight, dims);
        constants[inputs[2]] = OnnxFile.Tensor<float>(inputs[2], bias, bias.Length);
        node.Input.Clear();
        node.Input.Add(inputs);
    }

    private static float[] Floats(NodeProto node, int input, Dictionary<string, TensorProto> constants) =>
        constants.TryGetValue(node.Input[input], out var tensor) && tensor.DataType == TensorProto.Types.DataType.Float ? OnnxFile.Floats(tensor)
            : throw new ArgumentException($"{node.Input[input]}, a weight of the convolution that gives {node.Output[0]}, "
                + "is no constant of 32-bit floats; export the network in 32 bits, without quantisation.");

    /// <summary>The convolution before a batch normalisation that alone reads it.</summary>
    private static NodeProto? Before(NodeProto norm, GraphProto graph, GraphProto source, Dictionary<string, TensorProto> constants)
    {
        var value = norm.Input[0];
        return norm.Input.Skip(1).All(constants.ContainsKey) && source.Node.Sum(node => node.Input.Count(input => input == value)) == 1
            && source.Output.All(output => output.Name != value)
            ? graph.Node.FirstOrDefault(node => node.OpType == "Conv" && node.Output[0] == value) : null;
    }

    private static void Fold(NodeProto norm, NodeProto convolution, Dictionary<string, TensorProto> constants)
    {
        float[] scale = Parameter(1), shift = Parameter(2), mean = Parameter(3), variance = Parameter(4);
        var epsilon = norm.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon")?.F ?? BatchNormEpsilon;
        var (weight, bias) = (OnnxFile.Floats(constants[convolution.Input[1]]), OnnxFile.Floats(constants[convolution.Input[2]]));
        var each = weight.Length / bias.Length;
        for (var c = 0; c < bias.Length; c++)
        {
            var factor = scale[c] / Math.Sqrt(variance[c] + (double)epsilon);
            bias[c] = (float)(shift[c] + factor * (bias[c] - (double)mean[c]));
            for (var i = c * each; i < (c + 1) * each; i++)
                weight[i] = (float)(weight[i] * factor);
        }
        long[] dims = [.. constants[convolution.Input[1]].Dims];
        constants[convolution.Input[1]] = OnnxFile.Tensor<float>(convolution.Input[1], weight, dims);
        constants[convolution.Input[2]] = OnnxFile.Tensor<float>(convolution.Input[2], bias, bias.Length);

        float[] Parameter(int input) => Floats(norm, input, constants);
    }
}
