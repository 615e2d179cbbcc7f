using System.Security.Cryptography;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime;

namespace Edge.Features;

/// <summary>
/// A network that was trained on other pictures and stays as it is: its layers describe what is seen. By default it is the ImageNet ResNet-18
/// (He et al., arXiv 1512.03385) of the package Microsoft.ML.DnnImageFeaturizer.ResNet18 under the MIT licence, up to its third stage. A user may bring
/// another of the form that <see cref="BackboneFile"/> states. Its graph is copied into a bundle's files.
/// </summary>
internal sealed class Backbone
{
    /// <summary>No layer is coarser.</summary>
    public const int CoarsestStride = 32;

    private const string Prefix = "backbone/";
    private const string PackagedFile = "backbones/ResNet18.onnx";
    private const string PackagedHash = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f";

    // CNTK's names of what ends the first, second and third stage.
    private static readonly string[] PackagedLayers = ["ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0"];

    // Red, green and blue of the package's mean picture, of 0 to 255.
    private static readonly float[] PackagedMean = [123.15f, 115.90f, 103.06f];

    // The mean and the deviation of ImageNet's pictures, of 0 to 1, as torchvision's networks take them.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly GraphProto network;
    private readonly int opset;
    private readonly float[] scale;
    private readonly float[] offset;

    private Backbone(GraphProto network, int opset, string origin, float[] scale, float[] offset, IEnumerable<string> names)
    {
        (this.network, this.opset, Origin) = (BackboneGraph.Of(network), opset, origin);
        (this.scale, this.offset) = (scale, offset);
        Layers = Measure([.. names]);
        Read = [.. Layers.TakeLast(2)];
        SizeMultiple = Layers.Max(layer => layer.Stride);
    }

    /// <summary>Where it comes from and, where that is known, under which licence.</summary>
    public string Origin { get; }

    /// <summary>Its layers, finest first.</summary>
    public IReadOnlyList<BackboneLayer> Layers { get; }

    /// <summary>The layers that a memory reads: the last two, which of the packaged network are those that PatchCore reads.</summary>
    public IReadOnlyList<BackboneLayer> Read { get; }

    /// <summary>Height and width of a picture must be multiples of this.</summary>
    public int SizeMultiple { get; }

    /// <summary>Opens the packaged network: 64, 128 and 256 channels at a quarter, an eighth and a sixteenth of the picture's sides.</summary>
    /// <exception cref="BundleException">The file beside the program is missing or another one.</exception>
    public static Backbone Packaged()
    {
        var path = Path.Combine(AppContext.BaseDirectory, PackagedFile);
        if (!File.Exists(path))
            throw new BundleException($"{path}: the frozen features' network is missing; build edge-train again.");
        var bytes = File.ReadAllBytes(path);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != PackagedHash)
            throw new BundleException($"{path}: not the network that this program knows; build edge-train again.");
        var graph = ModelProto.Parser.ParseFrom(bytes).Graph;
        graph.Output.Clear();
        graph.Output.Add(PackagedLayers.Select(OnnxFile.FloatOutput));
        TakeRgb(graph);
        // 0 to 255 less the mean, as it was trained; what the first convolution pads with is the mean. Its operators mean the same in today's opset.
        return new Backbone(graph, OnnxGraph.NewestOpset,
            "ResNet-18 trained on ImageNet, from the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1 (MIT)",
            [127.5f, 127.5f, 127.5f], [.. PackagedMean.Select(mean => 127.5f - mean)], PackagedLayers.Select((_, i) => $"layer{i + 1}"));
    }

    /// <summary>Opens a network of the user's own, and runs it to find its layers.</summary>
    /// <param name="path">An ONNX file as <see cref="BackboneFile"/> wants it.</param>
    /// <exception cref="ArgumentException">It is missing or of another form; the message says what to do.</exception>
    public static Backbone Open(string path)
    {
        try
        {
            var file = BackboneFile.Read(path);
            return new Backbone(file.Graph, file.Opset, file.Origin, [.. Deviation.Select(deviation => 0.5f / deviation)],
                [.. Mean.Zip(Deviation, (mean, deviation) => (0.5f - mean) / deviation)], file.Graph.Output.Select(output => output.Name));
        }
        catch (ArgumentException fault)
        {
            throw new ArgumentException($"--backbone {path}: {fault.Message}", fault);
        }
    }

    /// <summary>Adds the network to a graph.</summary>
    /// <param name="graph">The graph; it takes on the network's opset.</param>
    /// <param name="x">[N, channels, H, W] pictures in [-1, 1], grey or RGB.</param>
    /// <param name="channels">1 or 3.</param>
    /// <returns>The layers, finest first.</returns>
    public IReadOnlyList<string> Add(OnnxGraph graph, string x, int channels)
    {
        graph.Opset = opset;
        var colour = channels == 1 ? graph.Node("Concat", [x, x, x], ("axis", 1)) : x;
        var scaled = graph.Node("Mul", [colour, graph.Constant($"{Prefix}scale", scale, 1, 3, 1, 1)]);
        var picture = graph.Node("Add", [scaled, graph.Constant($"{Prefix}offset", offset, 1, 3, 1, 1)]);
        foreach (var tensor in network.Initializer)
        {
            // Of one dimension are also the sizes that ONNX Runtime wants inside the file, to know shapes by.
            if (tensor.DataType == TensorProto.Types.DataType.Float && (tensor.Dims.Count > 1 || tensor.Name.EndsWith(".bias")))
                graph.Weight(Renamed(tensor.Name), OnnxFile.Floats(tensor), [.. tensor.Dims]);
            else
            {
                var copy = tensor.Clone();
                copy.Name = Renamed(tensor.Name);
                graph.Constant(copy);
            }
        }
        foreach (var node in network.Node)
            graph.Copy(node, Renamed);
        return [.. network.Output.Select(output => Renamed(output.Name))];

        string Renamed(string name) => name == network.Input[0].Name ? picture : Prefix + name;
    }

    /// <summary>Runs the network at two sizes: channels and strides must be the same at both.</summary>
    private List<BackboneLayer> Measure(string[] names)
    {
        var graph = new OnnxGraph("layers");
        var values = Add(graph, graph.Input("x", "N", 3, "H", "W"), 3);
        var model = graph.ToModel("edge-train", "0");
        // Without a type and shape: what these are is asked of the run.
        model.Graph.Output.Add(values.Select(value => new ValueInfoProto { Name = value }));
        using var run = BackboneFile.Start(model);
        if (values.ToList().FindIndex(value => !run.Outputs.Contains(value)) is var other and >= 0)
            throw new ArgumentException($"output {names[other]} is not of 32-bit floats; export the network in 32 bits.");
        List<BackboneLayer> first = Sized(1, 64, 96), second = Sized(2, 160, 128);
        for (var i = 0; i < names.Length; i++)
        {
            if (first[i] != second[i])
                throw new ArgumentException($"output {names[i]} has other channels or another stride at another size; "
                    + "a layer must have the same at every size.");
            if (i > 0 && first[i].Stride < first[i - 1].Stride)
                throw new ArgumentException($"output {names[i]} has stride {first[i].Stride}, after {names[i - 1]} with {first[i - 1].Stride}; "
                    + "name the layers finest first.");
        }
        return first;

        List<BackboneLayer> Sized(int count, int height, int width)
        {
            var random = new Random(count);
            float[] noise = [.. Enumerable.Range(0, count * 3 * height * width).Select(_ => 2 * random.NextSingle() - 1)];
            var results = BackboneFile.Run(run, noise, count, height, width);
            return [.. names.Zip(results, (name, result) => Layer(name, result.Values, result.Dims, count, height, width))];
        }
    }

    private static BackboneLayer Layer(string name, float[] values, long[] dims, int count, int height, int width)
    {
        if (dims.Length != 4 || dims[0] != count)
            throw new ArgumentException($"output {name} is [{string.Join(", ", dims)}] for {count} pictures of {width}x{height}, "
                + "no layer [N, C, H/s, W/s]; end the network before it pools and classifies.");
        var stride = dims[2] == 0 ? 0 : (int)(height / dims[2]);
        if (stride is not (1 or 2 or 4 or 8 or 16 or CoarsestStride) || dims[2] * stride != height || dims[3] * stride != width)
            throw new ArgumentException($"output {name} has {dims[3]}x{dims[2]} places for {width}x{height} pixels; "
                + $"a layer's stride must be 1, 2, 4, 8, 16 or {CoarsestStride}, of height and width alike.");
        if (!values.All(float.IsFinite))
            throw new ArgumentException($"output {name} gives values that are not finite; check how the network was exported.");
        return new BackboneLayer(name, (int)dims[1], stride);
    }

    /// <summary>Turns the packaged network's first convolution from BGR to RGB.</summary>
    private static void TakeRgb(GraphProto graph)
    {
        var constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        var input = graph.Input.First(input => !constants.ContainsKey(input.Name)).Name;
        var tensor = constants[graph.Node.Single(node => node.OpType == "Conv" && node.Input[0] == input).Input[1]];
        var (weight, area) = (OnnxFile.Floats(tensor), (int)(tensor.Dims[2] * tensor.Dims[3]));
        var rgb = new float[weight.Length];
        for (var plane = 0; plane < weight.Length / area; plane++)
            weight.AsSpan(plane * area, area).CopyTo(rgb.AsSpan((plane - plane % 3 + 2 - plane % 3) * area));
        tensor.FloatData.Clear();
        tensor.RawData = OnnxFile.Tensor<float>(tensor.Name, rgb).RawData;
    }
}
