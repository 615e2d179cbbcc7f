using Edge.Onnx;
using Edge.Training.Networks;
using TorchSharp.Modules;
using Convolution = Edge.Training.Networks.Convolution;

namespace Edge.Training.Onnx;

/// <summary>
/// Writes trained networks as ONNX: <c>x[N,C,H,W]</c>, <c>t[N]</c> to <c>eps[N,C,H,W]</c> in one file, <c>x</c> to <c>log_odds[N,1,H,W]</c> in another;
/// both refer to one file of weights. It follows <see cref="UNetModel.forward"/> stage by stage.
/// </summary>
internal sealed class UNetExporter
{
    public const string EpsFile = "eps.onnx";
    public const string LogOddsFile = "log_odds.onnx";
    public const string WeightsFileName = "weights.bin";

    private readonly UNetModel model;
    private readonly UNetOptions options;
    private readonly Dictionary<Parameter, string> names;
    private readonly OnnxGraph graph;

    private UNetExporter(UNetModel model, string prefix, OnnxGraph graph)
    {
        (this.model, options, this.graph) = (model, model.Options, graph);
        names = model.named_parameters().ToDictionary(p => p.parameter, p => $"{prefix}.{p.name}", (IEqualityComparer<Parameter>)ReferenceEqualityComparer.Instance);
    }

    /// <summary>Writes eps and log-odds into a folder that exists.</summary>
    /// <param name="networks">The networks, on the CPU.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="weights">Takes their weights; the caller saves it.</param>
    /// <param name="metadata">Goes into the files' metadata_props.</param>
    /// <param name="version">The trainer's version.</param>
    public static void Save(TrainedNetworks networks, string folder, WeightsFile weights, IReadOnlyDictionary<string, string> metadata, string version)
    {
        var shape = new object[] { "N", networks.denoiser.Options.Channels, "H", "W" };
        var graph = new OnnxGraph("eps", weights);
        graph.Output("eps", new UNetExporter(networks.denoiser, "denoiser", graph).Answer(graph.Input("x", shape), graph.Input("t", "N")), shape);
        OnnxFile.Write(Path.Combine(folder, EpsFile), graph.ToModel("edge-train", version, metadata));

        graph = new OnnxGraph("log_odds", weights);
        graph.Output("log_odds", new UNetExporter(networks.defects, "defects", graph).Answer(graph.Input("x", shape), null), "N", 1, "H", "W");
        OnnxFile.Write(Path.Combine(folder, LogOddsFile), graph.ToModel("edge-train", version, metadata));
    }

    /// <summary>Everything up to the last activation of the finest level.</summary>
    private string Body(string x, string? t)
    {
        var emb = model.time_embed is null ? null : TimeEmbedding(model.time_embed, t!);
        var h = Stem(x);
        var skips = new Stack<string>();
        for (var level = 0; level < model.input_blocks.Count; level++)
        {
            h = Block(model.input_blocks[level], h, emb);
            if (level == model.downsamples.Count)
                break;
            skips.Push(h);
            h = Convolution(model.downsamples[level].op, h, 3, stride: 2);
        }

        h = Block(model.middle_block, h, emb);
        for (var i = 0; i < model.output_blocks.Count; i++)
            h = Block(model.output_blocks[i], graph.Node("Concat", [Upsampling(model.upsamples[i], h), skips.Pop()], ("axis", 1)), emb);
        return h;
    }

    private string Answer(string x, string? t) => Shuffled(Convolution(model.output_conv, Body(x, t), 3));

    private string Shuffled(string h) => options.Unshuffle == 1 ? h : graph.Node("DepthToSpace", [h], ("blocksize", options.Unshuffle), ("mode", "CRD"));

    private string TimeEmbedding(TimestepEmbedding embedding, string t)
    {
        var frequencies = TimestepEmbedding.Frequencies(options.Base);
        var column = graph.Node("Unsqueeze", [t, graph.Constant("axis_1", 1L)]);
        var angles = graph.Node("Mul", [column, graph.Constant("time_embed.frequencies", frequencies, 1, frequencies.Length)]);
        var sinusoids = graph.Node("Concat", [graph.Node("Cos", [angles]), graph.Node("Sin", [angles])], ("axis", 1));
        return Dense(embedding.linear_2, Silu(Dense(embedding.linear_0, sinusoids)));
    }

    private string Stem(string x)
    {
        if (options.Unshuffle == 1)
            return Convolution(model.input_conv, x, 3);
        // ONNX counts the block's positions before the channels, pixel_unshuffle after them: the weights change places instead of the data.
        var weight = model.input_conv.weight;
        var (outputs, block, area) = ((int)weight.shape[0], options.Unshuffle * options.Unshuffle, 9);
        var values = Values(weight);
        var reordered = new float[values.Length];
        for (var o = 0; o < outputs; o++)
            for (var c = 0; c < options.Channels; c++)
                for (var position = 0; position < block; position++)
                    values.AsSpan(((o * options.Channels + c) * block + position) * area, area)
                        .CopyTo(reordered.AsSpan(((o * block + position) * options.Channels + c) * area, area));
        var unshuffled = graph.Node("SpaceToDepth", [x], ("blocksize", options.Unshuffle));
        return Convolve(unshuffled, graph.Weight(names[weight], reordered, weight.shape), Parameter(model.input_conv.bias, model.input_conv.bias.shape), 3, 1);
    }

    private string Block(ResBlock block, string x, string? emb)
    {
        var h = Normalised(block.in_conv, block.in_norm, x);
        if (block.emb_layer is not null)
        {
            var pair = graph.Node("Unsqueeze", [Dense(block.emb_layer, Silu(emb!)), graph.Constant("axes_2_3", 2L, 3L)]);
            var channels = (int)block.in_conv.weight.shape[0];
            var scaleShift = graph.Split(pair, axis: 1, channels, channels);
            h = graph.Node("Add", [graph.Node("Mul", [h, graph.Node("Add", [scaleShift[0], graph.Constant("one", [1f], 1)])]), scaleShift[1]]);
        }
        h = Normalised(block.out_conv, block.out_norm, Relu(h));
        return Relu(graph.Node("Add", [h, block.skip_connection is null ? x : Convolution(block.skip_connection, x, 1)]));
    }

    private string Upsampling(Networks.Upsample upsample, string x)
    {
        var doubled = graph.Node("Resize", [x, "", graph.Constant("double", [1f, 1f, 2f, 2f], 4)],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        return Convolution(upsample.conv, doubled, 3);
    }

    /// <summary>A trained batch normalisation: y = x * factor + offset, channel by channel.</summary>
    private static (float[] Factor, float[] Offset) Affine(ChannelNorm norm)
    {
        float[] weight = Values(norm.weight), bias = Values(norm.bias), mean = Values(norm.running_mean), variance = Values(norm.running_var);
        float[] factor = [.. weight.Zip(variance, (w, v) => (float)(w / Math.Sqrt(v + ChannelNorm.Epsilon)))];
        return (factor, [.. factor.Select((f, c) => bias[c] - f * mean[c])]);
    }

    /// <summary>A 3x3 convolution with the normalisation after it folded into its weights.</summary>
    private string Normalised(Convolution convolution, ChannelNorm norm, string x)
    {
        var (factor, offset) = Affine(norm);
        float[] weight = Values(convolution.weight), bias = Values(convolution.bias);
        var each = weight.Length / factor.Length;
        for (var i = 0; i < weight.Length; i++)
            weight[i] *= factor[i / each];
        for (var c = 0; c < bias.Length; c++)
            bias[c] = bias[c] * factor[c] + offset[c];
        return Convolve(x, graph.Weight(names[convolution.weight], weight, convolution.weight.shape), graph.Weight(names[convolution.bias], bias, bias.Length), 3, 1);
    }

    private string Relu(string x) => graph.Node("Relu", [x]);

    private string Silu(string x) => graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);

    private string Dense(Linear linear, string x) =>
        graph.Node("Gemm", [x, Parameter(linear.weight, linear.weight.shape), Parameter(linear.bias!, linear.bias!.shape)], ("transB", 1));

    private string Convolution(Convolution convolution, string x, int kernel, int stride = 1) =>
        Convolve(x, Parameter(convolution.weight, convolution.weight.shape), Parameter(convolution.bias, convolution.bias.shape), kernel, stride);

    private string Convolve(string x, string weight, string bias, int kernel, int stride)
    {
        var pad = kernel / 2;
        return graph.Node("Conv", [x, weight, bias],
            ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }));
    }

    private string Parameter(Parameter parameter, params long[] dims) => graph.Weight(names[parameter], Values(parameter), dims);

    private static float[] Values(Parameter parameter) => parameter.data<float>().ToArray();
}
