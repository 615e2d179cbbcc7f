using Edge.Onnx;
using Edge.Onnx.Schema;
using static Edge.Onnx.Schema.TensorProto.Types;

namespace Edge.Training.Onnx.Quantising;

/// <summary>
/// Writes a network of one timestep with pairs of QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses into arithmetic on eight bits:
/// activations u8, weights s8 and symmetric by channel, biases s32 (Jacob et al., arXiv 1712.05877). A ReLU needs no node: the range of
/// what follows it begins at 0.
/// </summary>
internal sealed class Quantiser
{
    private readonly GraphProto source;
    private readonly IReadOnlyDictionary<string, (float Low, float High)> ranges;
    private readonly IReadOnlySet<string> eightBits;
    private readonly GraphProto graph;
    private readonly Dictionary<string, TensorProto> constants;

    // By the source's value: its name as floats, and as floats that went through eight bits, with the scale's and zero point's names.
    private readonly Dictionary<string, string> floats = [];
    private readonly Dictionary<string, (string Value, string Scale, string Zero)> rounded = [];
    private readonly Dictionary<string, float> scales = [];
    private readonly HashSet<string> kept = [];

    // The picture, as it comes and in blocks.
    private readonly HashSet<string> pictures = [];

    // Half a grey level of the picture.
    private readonly float half;

    private Quantiser(GraphProto source, IReadOnlyDictionary<string, (float Low, float High)> ranges, IReadOnlySet<string> eightBits, float signal)
    {
        (this.source, this.ranges, this.eightBits, half) = (source, ranges, eightBits, signal / 255);
        constants = source.Initializer.ToDictionary(tensor => tensor.Name);
        graph = new GraphProto { Name = source.Name, Input = { source.Input }, Output = { source.Output } };
    }

    /// <summary>The convolutions, by the name of their weights and in the order they run.</summary>
    public static IReadOnlyList<string> Layers(ModelProto network) => [.. network.Graph.Node.Where(node => node.OpType == "Conv").Select(LayerOf)];

    /// <param name="network">A network of one timestep, as <see cref="FixedTimestep"/> gives it; it stays as it is.</param>
    /// <param name="ranges">The range of every activation.</param>
    /// <param name="eightBits">The layers to run in eight bits; the others stay floats. Sums and concatenations follow what they read.</param>
    /// <param name="signal">What pictures of [-1, 1] are multiplied by.</param>
    public static ModelProto Quantise(ModelProto network, IReadOnlyDictionary<string, (float Low, float High)> ranges, IReadOnlySet<string> eightBits, float signal)
    {
        var quantiser = new Quantiser(network.Graph, ranges, eightBits, signal);
        foreach (var input in network.Graph.Input)
        {
            quantiser.floats[input.Name] = input.Name;
            quantiser.pictures.Add(input.Name);
        }
        foreach (var node in network.Graph.Node)
            quantiser.Add(node);
        return new ModelProto
        {
            IrVersion = network.IrVersion, ProducerName = network.ProducerName, ProducerVersion = network.ProducerVersion, OpsetImport = { network.OpsetImport },
            MetadataProps = { network.MetadataProps }, Graph = quantiser.graph,
        };
    }

    private static string LayerOf(NodeProto convolution) => convolution.Input[1].Replace(".weight", "");

    private bool InEightBits(NodeProto node) => node.OpType switch
    {
        "Conv" => eightBits.Contains(LayerOf(node)),
        "Add" or "Concat" => node.Input.All(rounded.ContainsKey),
        _ => false,
    };

    private void Add(NodeProto node)
    {
        // A ReLU may be in the range already, and doubling is done where it is read.
        if (rounded.ContainsKey(node.Output[0]) || IsDoubling(node))
            return;
        if (InEightBits(node))
        {
            if (source.Node.FirstOrDefault(other => other.Output[0] == node.Input[0]) is { } doubling && IsDoubling(doubling))
            {
                AddDoubled(doubling.Input[0], node);
                return;
            }
            var copy = Copy(node, input => constants.ContainsKey(input) ? input : Rounded(input));
            if (node.OpType == "Conv")
                RoundWeights(copy, OnnxFile.Floats(constants[node.Input[1]]), constants[node.Input[1]].Dims, scales[node.Input[0]], "", pictures.Contains(node.Input[0]) ? half : 0);
            Round(Activated(node.Output[0]), copy.Output[0]);
        }
        else
        {
            // ONNX Runtime would round the weights of a convolution that reads and writes eight bits by itself, with one scale for all channels. A sum of
            // one value is nothing it looks through.
            if (node.OpType == "Conv" && !floats.ContainsKey(node.Input[0]))
                floats[node.Input[0]] = Node("Sum", [rounded[node.Input[0]].Value], $"{node.Input[0]}.float");
            Copy(node, Keep);
            foreach (var output in node.Output)
                floats[output] = output;
            if (node.OpType == "SpaceToDepth" && pictures.Contains(node.Input[0]))
                pictures.Add(node.Output[0]);
        }
    }

    /// <summary>Whether a node repeats pixels for a plain 3x3 convolution in eight bits that alone reads them. Backbones resize in other ways too.</summary>
    private bool IsDoubling(NodeProto node) =>
        node.OpType == "Resize" && source.Node.Where(other => other.Input.Contains(node.Output[0])).ToList() is [{ OpType: "Conv" } convolution]
        && eightBits.Contains(LayerOf(convolution)) && IsPlain(convolution)
        && node.Attribute.Any(attribute => attribute.Name == "mode" && attribute.S.ToStringUtf8() == "nearest")
        && node.Input.Count == 3 && constants.TryGetValue(node.Input[2], out var scales) && OnnxFile.Floats(scales) is [1, 1, 2, 2];

    /// <summary>Whether a convolution takes 3x3 pixels, one pixel of zeros around, and all channels.</summary>
    private bool IsPlain(NodeProto convolution) =>
        constants[convolution.Input[1]].Dims is [_, _, 3, 3] && convolution.Attribute.All(attribute => attribute.Name switch
        {
            "group" => attribute.I == 1,
            "strides" or "dilations" => attribute.Ints.All(step => step == 1),
            _ => true,
        })
        && convolution.Attribute.Any(attribute => attribute.Name == "pads" && attribute.Ints.All(pad => pad == 1));

    /// <summary>
    /// A 3x3 convolution of doubled pixels is four 2x2 convolutions of the pixels themselves, one for each place in the square that a pixel
    /// becomes: 16 products a pixel where there were 36, and no pass that repeats bytes, which ONNX Runtime does one by one. The results are put
    /// between each other with channels last, as its eight-bit convolutions keep them, so that this is copies of whole rows of channels.
    /// </summary>
    private void AddDoubled(string input, NodeProto convolution)
    {
        var (value, from) = (Activated(convolution.Output[0]), Rounded(input));
        var (channels, inputs) = (constants[convolution.Input[1]].Dims[0], constants[convolution.Input[1]].Dims[1]);
        var weight = OnnxFile.Floats(constants[convolution.Input[1]]);
        var (scale, zero) = DefineScale(value);
        var rows = new string[2];
        for (var row = 0; row < 2; row++)
        {
            var places = new string[2];
            for (var column = 0; column < 2; column++)
            {
                var suffix = $".{row}{column}";
                var part = new NodeProto
                {
                    OpType = "Conv", Name = convolution.Name + suffix, Input = { from, convolution.Input[1], convolution.Input[2] }, Output = { convolution.Output[0] + suffix },
                    Attribute = { Ints("kernel_shape", 2, 2), Ints("strides", 1, 1), Ints("pads", 1 - row, 1 - column, row, column) },
                };
                graph.Node.Add(part);
                RoundWeights(part, Part(weight, row, column), [channels, inputs, 2, 2], scales[input], suffix);
                var bytes = Node("QuantizeLinear", [part.Output[0], scale, zero], part.Output[0] + ".u8");
                places[column] = Node("Transpose", [bytes], bytes + ".last", Ints("perm", 0, 2, 3, 1));
            }
            var pairs = Node("Concat", places, $"{value}.row{row}.pairs", Int("axis", 3));
            rows[row] = Node("Reshape", [pairs, Numbers($"{value}.row", 0, 0, -1, channels)], $"{value}.row{row}");
        }
        // [N, 2H, 2W, C] from the shape [N, I, H, W] of what is doubled.
        var size = Node("Gather", [Node("Shape", [$"{input}.u8"], $"{value}.half"), Numbers("pictures_and_sides", 0, 2, 3)], $"{value}.half.size");
        var twice = Node("Mul", [size, Numbers("doubled", 1, 2, 2)], $"{value}.size");
        var shape = Node("Concat", [twice, Numbers($"{value}.channels", channels)], $"{value}.shape", Int("axis", 0));
        var whole = Node("Reshape", [Node("Concat", rows, $"{value}.rows", Int("axis", 2)), shape], $"{value}.last");
        var doubled = Node("Transpose", [whole], $"{value}.u8", Ints("perm", 0, 3, 1, 2));
        rounded[value] = (Node("DequantizeLinear", [doubled, scale, zero], $"{value}.rounded"), scale, zero);
    }

    /// <summary>[O, I, 2, 2] what of a 3x3 kernel falls on each of 2x2 pixels, for one place in the square a pixel becomes.</summary>
    private static float[] Part(float[] weight, int row, int column)
    {
        var part = new float[weight.Length / 9 * 4];
        for (var i = 0; i < weight.Length; i++)
        {
            var (y, x) = (i % 9 / 3, i % 3);
            part[i / 9 * 4 + (y + 1 - row) / 2 * 2 + (x + 1 - column) / 2] += weight[i];
        }
        return part;
    }

    private string Node(string op, IEnumerable<string> inputs, string output, params AttributeProto[] attributes)
    {
        graph.Node.Add(new NodeProto { OpType = op, Name = output, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    private string Numbers(string name, params ReadOnlySpan<long> values)
    {
        if (kept.Add(name))
            graph.Initializer.Add(OnnxFile.Tensor<long>(name, values, values.Length));
        return name;
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.Type.Int, I = value };

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.Type.Ints, Ints = { values } };

    private NodeProto Copy(NodeProto node, Func<string, string> input)
    {
        var copy = node.Clone();
        for (var i = 0; i < copy.Input.Count; i++)
            copy.Input[i] = input(copy.Input[i]);
        graph.Node.Add(copy);
        return copy;
    }

    /// <summary>A value as it is: a constant, floats, or floats that come out of eight bits.</summary>
    private string Keep(string value)
    {
        if (value.Length == 0)
            return value;
        if (!constants.TryGetValue(value, out var constant))
            return floats.TryGetValue(value, out var name) ? name : rounded[value].Value;
        if (kept.Add(value))
            graph.Initializer.Add(constant);
        return value;
    }

    /// <summary>A value through eight bits.</summary>
    private string Rounded(string value)
    {
        if (!rounded.ContainsKey(value))
            if (pictures.Contains(value))
                RoundPicture(value);
            else
                Round(value, floats[value]);
        return rounded[value].Value;
    }

    /// <summary>
    /// A picture of eight bits has 256 grey levels p, at (2 p / 255 - 1) times the signal. They are left as they are, where a range of other ends
    /// would round them: put half a level up, level p is p - 127 steps from 0. What reads them takes the half level off its bias again.
    /// </summary>
    private void RoundPicture(string value)
    {
        if (kept.Add("half_a_level"))
            graph.Initializer.Add(OnnxFile.Tensor<float>("half_a_level", [half]));
        var (scale, zero) = DefineScale(value, (-127 * 2 * half, 128 * 2 * half));
        rounded[value] = (Pair(Node("Add", [floats[value], "half_a_level"], $"{value}.up"), value, scale, zero), scale, zero);
    }

    /// <summary>The value after the ReLU where one alone reads it.</summary>
    private string Activated(string value) =>
        source.Node.Where(node => node.Input.Contains(value)).ToList() is [{ OpType: "Relu" } relu] ? relu.Output[0] : value;

    /// <param name="value">The source's value, whose range counts.</param>
    /// <param name="name">What holds it now.</param>
    private void Round(string value, string name)
    {
        var (scale, zero) = DefineScale(value);
        rounded[value] = (Pair(name, value, scale, zero), scale, zero);
    }

    private (string Scale, string Zero) DefineScale(string value) => DefineScale(value, ranges[value]);

    private (string Scale, string Zero) DefineScale(string value, (float Low, float High) range)
    {
        var (low, high) = range;
        var scale = high > low ? (high - low) / 255 : 1;
        var zero = (byte)Math.Clamp(MathF.Round(-low / scale), 0, 255);
        scales[value] = scale;
        graph.Initializer.Add(OnnxFile.Tensor<float>($"{value}.scale", [scale]));
        graph.Initializer.Add(OnnxFile.Tensor<byte>($"{value}.zero", [zero]));
        return ($"{value}.scale", $"{value}.zero");
    }

    private string Pair(string from, string value, string scale, string zero)
    {
        var bytes = Node("QuantizeLinear", [from, scale, zero], $"{value}.u8");
        return Node("DequantizeLinear", [bytes, scale, zero], $"{value}.rounded");
    }

    /// <param name="convolution">The node, the last of the graph; its weight and bias are replaced.</param>
    /// <param name="weight">[O, I, h, w] the weight.</param>
    /// <param name="dims">Its dimensions.</param>
    /// <param name="inputScale">Of the activation it reads.</param>
    /// <param name="suffix">Tells parts of one layer apart.</param>
    /// <param name="offset">What the activation is too large by.</param>
    private void RoundWeights(NodeProto convolution, float[] weight, IEnumerable<long> dims, float inputScale, string suffix, float offset = 0)
    {
        var (weightName, biasName) = (convolution.Input[1] + suffix, convolution.Input[2] + suffix);
        var bias = OnnxFile.Floats(constants[convolution.Input[2]]);
        var (channels, each) = (bias.Length, weight.Length / bias.Length);
        var (factors, weights, biases) = (new float[channels], new sbyte[weight.Length], new int[channels]);
        for (var c = 0; c < channels; c++)
        {
            var own = weight.AsSpan(c * each, each);
            var largest = 0f;
            foreach (var w in own)
                largest = Math.Max(largest, Math.Abs(w));
            // A channel of next to no weight must still hold its bias in 32 bits.
            factors[c] = Math.Max(largest / 127, Math.Max(Math.Abs(bias[c]) / inputScale / (1 << 30), 1e-30f));
            var sum = 0;
            for (var i = 0; i < each; i++)
                sum += weights[c * each + i] = (sbyte)MathF.Round(own[i] / factors[c]);
            biases[c] = (int)Math.Round(bias[c] / ((double)inputScale * factors[c]) - (double)offset / inputScale * sum);
        }
        graph.Initializer.Add(OnnxFile.Tensor<sbyte>($"{weightName}.s8", weights, [.. dims]));
        graph.Initializer.Add(OnnxFile.Tensor<float>($"{weightName}.scale", factors, channels));
        graph.Initializer.Add(OnnxFile.Tensor<sbyte>($"{weightName}.zero", new sbyte[channels], channels));
        graph.Initializer.Add(OnnxFile.Tensor<int>($"{biasName}.s32", biases, channels));
        graph.Initializer.Add(OnnxFile.Tensor<float>($"{biasName}.scale", [.. factors.Select(f => f * inputScale)], channels));
        convolution.Input[1] = Dequantised(weightName, "s8", $"{weightName}.zero");
        convolution.Input[2] = Dequantised(biasName, "s32");
        // A node comes after those whose values it reads.
        graph.Node.Remove(convolution);
        graph.Node.Add(convolution);
    }

    private string Dequantised(string name, string type, params string[] zero) =>
        Node("DequantizeLinear", [$"{name}.{type}", $"{name}.scale", .. zero], $"{name}.rounded", Int("axis", 0));
}
