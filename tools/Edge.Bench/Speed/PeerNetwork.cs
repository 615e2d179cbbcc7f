using Edge.CommandLine;
using Edge.Onnx;
using Edge.Onnx.Schema;

namespace Edge.Bench.Speed;

/// <summary>
/// The denoiser of DDAD (Mousakhan et al., arXiv 2305.15956) with random weights, as its authors configure it: a U-Net at full resolution,
/// multipliers 1, 1, 2, 2, 4, 4, two residual blocks a level, attention at 1/8, 1/16 and 1/32, resampling inside residual blocks. Base 32 gives the
/// published 8.3 M parameters and 18.3 G multiplications a 256 x 256 evaluation. What it computes is of no use, what it costs is.
/// </summary>
internal sealed class PeerNetwork
{
    public const int Channels = 3, SizeMultiple = 32;

    const int Blocks = 2, Groups = 32;
    static readonly int[] Multipliers = [1, 1, 2, 2, 4, 4];

    readonly OnnxGraph _graph = new("eps");
    readonly Random _random = new(0);
    readonly int _timeChannels;
    string _time = "";
    int _constants;

    /// <param name="width">Channels of its first level.</param>
    public PeerNetwork(int width = 32)
    {
        _timeChannels = 4 * width;
        Build(width);
    }

    /// <summary>The network as ONNX: x[N, 3, H, W], t[N] -> eps[N, 3, H, W].</summary>
    /// <param name="metadata">Goes into metadata_props; null is none.</param>
    public ModelProto ToModel(IReadOnlyDictionary<string, string>? metadata = null) => _graph.ToModel("edge-bench", CommandHost.Version, metadata);

    void Build(int width)
    {
        var (x, channels) = (_graph.Input("x", "N", Channels, "H", "W"), Multipliers[0] * width);
        _time = TimeEmbedding(_graph.Input("t", "N"), width);
        var h = Conv(x, Channels, width, 3);
        Stack<(string Value, int Channels)> skips = new([(h, channels)]);
        for (var level = 0; level < Multipliers.Length; level++)
        {
            for (var block = 0; block < Blocks; block++)
            {
                h = Residual(h, channels, channels = Multipliers[level] * width);
                if (Attends(level))
                    h = Attention(h, channels);
                skips.Push((h, channels));
            }
            if (level == Multipliers.Length - 1)
                continue;
            h = Residual(h, channels, channels, Halve);
            skips.Push((h, channels));
        }
        h = Residual(Attention(Residual(h, channels, channels), channels), channels, channels);
        for (var level = Multipliers.Length - 1; level >= 0; level--)
            for (var block = 0; block <= Blocks; block++)
            {
                var skip = skips.Pop();
                h = Residual(_graph.Node("Concat", [h, skip.Value], ("axis", 1)), channels + skip.Channels, Multipliers[level] * width);
                channels = Multipliers[level] * width;
                if (Attends(level))
                    h = Attention(h, channels);
                if (level > 0 && block == Blocks)
                    h = Residual(h, channels, channels, Double);
            }
        _graph.Output("eps", Conv(Silu(Norm(h, channels)), channels, Channels, 3), "N", Channels, "H", "W");
    }

    static bool Attends(int level) => level >= 3;

    string TimeEmbedding(string t, int width)
    {
        var frequencies = Enumerable.Range(0, width / 2).Select(i => MathF.Pow(10000, -2f * i / width)).ToArray();
        var angle = _graph.Node("Mul", [_graph.Node("Unsqueeze", [t, Constant<long>([1], 1)]), Constant(frequencies, 1, frequencies.Length)]);
        var waves = _graph.Node("Concat", [_graph.Node("Sin", [angle]), _graph.Node("Cos", [angle])], ("axis", 1));
        return Silu(Linear(Silu(Linear(waves, width, _timeChannels)), _timeChannels, _timeChannels));
    }

    string Residual(string x, int from, int to, Func<string, string>? resample = null)
    {
        var h = Silu(Norm(x, from));
        if (resample is not null)
            (h, x) = (resample(h), resample(x));
        h = Conv(h, from, to, 3);
        var time = _graph.Node("Unsqueeze", [Linear(_time, _timeChannels, to), Constant<long>([2, 3], 2)]);
        h = Conv(Silu(Norm(_graph.Node("Add", [h, time]), to)), to, to, 3);
        return _graph.Node("Add", [from == to ? x : Conv(x, from, to, 1), h]);
    }

    string Attention(string x, int channels)
    {
        var flat = _graph.Node("Reshape", [Conv(Norm(x, channels), channels, 3 * channels, 1), Constant<long>([0, 3 * channels, -1], 3)]);
        var parts = _graph.Split(flat, 1, channels, channels, channels);
        var scaled = _graph.Node("Mul", [_graph.Node("Transpose", [parts[0]], ("perm", (int[])[0, 2, 1])), Constant([1 / MathF.Sqrt(channels)])]);
        var weights = _graph.Node("Softmax", [_graph.Node("MatMul", [scaled, parts[1]])], ("axis", 2));
        var mixed = _graph.Node("MatMul", [parts[2], _graph.Node("Transpose", [weights], ("perm", (int[])[0, 2, 1]))]);
        return _graph.Node("Add", [x, Conv(_graph.Node("Reshape", [mixed, _graph.Node("Shape", [x])]), channels, channels, 1)]);
    }

    string Norm(string x, int channels)
    {
        // As Reshape, InstanceNormalization and an affine: ONNX Runtime has no fast group norm on the CPU.
        var groups = _graph.Node("Reshape", [x, Constant<long>([0, Groups, -1], 3)]);
        var ones = Constant(Enumerable.Repeat(1f, Groups).ToArray(), Groups);
        var normal = _graph.Node("InstanceNormalization", [groups, ones, Constant(new float[Groups], Groups)]);
        var back = _graph.Node("Reshape", [normal, _graph.Node("Shape", [x])]);
        return _graph.Node("Add", [_graph.Node("Mul", [back, Weights(channels, 1, channels, 1, 1)]), Weights(channels, 1, channels, 1, 1)]);
    }

    string Conv(string x, int from, int to, int kernel) =>
        _graph.Node("Conv", [x, Weights(kernel * kernel * from, to, from, kernel, kernel), Weights(from, to)],
            ("kernel_shape", (int[])[kernel, kernel]), ("pads", Enumerable.Repeat(kernel / 2, 4).ToArray()));

    string Linear(string x, int from, int to) => _graph.Node("Gemm", [x, Weights(from, from, to), Weights(from, to)]);

    string Silu(string x) => _graph.Node("Mul", [x, _graph.Node("Sigmoid", [x])]);

    string Halve(string x) => _graph.Node("AveragePool", [x], ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]));

    string Double(string x) => _graph.Node("Resize", [x, "", Constant<float>([1, 1, 2, 2], 4)],
        ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    /// <summary>Small random numbers, so that no activation overflows or dwindles to what processors treat slowly.</summary>
    string Weights(int inputs, params long[] dimensions)
    {
        var bound = 1 / Math.Sqrt(inputs);
        var values = new float[dimensions.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((2 * _random.NextDouble() - 1) * bound);
        return Constant<float>(values, dimensions);
    }

    string Constant<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> dimensions) where T : unmanaged =>
        _graph.Constant($"constant_{_constants++}", values, dimensions);
}
