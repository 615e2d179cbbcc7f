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

    readonly OnnxModel _model = new();
    readonly Random _random = new(0);
    readonly int _timeChannels;
    string _time = "";

    /// <param name="width">Channels of its first level.</param>
    public PeerNetwork(int width = 32)
    {
        _timeChannels = 4 * width;
        Build(width);
    }

    /// <summary>The ONNX file to be: x[N, 3, H, W], t[N] -> eps[N, 3, H, W].</summary>
    public OnnxModel Model => _model;

    void Build(int width)
    {
        var (x, channels) = (_model.Input<float>("x", "N,3,H,W"), Multipliers[0] * width);
        _time = TimeEmbedding(_model.Input<float>("t", "N"), width);
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
                h = Residual(_model.Node("Concat", [h, skip.Value], ("axis", 1)), channels + skip.Channels, Multipliers[level] * width);
                channels = Multipliers[level] * width;
                if (Attends(level))
                    h = Attention(h, channels);
                if (level > 0 && block == Blocks)
                    h = Residual(h, channels, channels, Double);
            }
        _model.Output<float>("eps", Conv(Silu(Norm(h, channels)), channels, Channels, 3), "N,3,H,W");
    }

    static bool Attends(int level) => level >= 3;

    string TimeEmbedding(string t, int width)
    {
        var frequencies = Enumerable.Range(0, width / 2).Select(i => MathF.Pow(10000, -2f * i / width)).ToArray();
        var angle = _model.Node("Mul", [_model.Node("Unsqueeze", [t, _model.Constant<long>([1], 1)]), _model.Constant(frequencies.Select(f => f).ToArray(), 1, frequencies.Length)]);
        var waves = _model.Node("Concat", [_model.Node("Sin", [angle]), _model.Node("Cos", [angle])], ("axis", 1));
        return Silu(Linear(Silu(Linear(waves, width, _timeChannels)), _timeChannels, _timeChannels));
    }

    string Residual(string x, int from, int to, Func<string, string>? resample = null)
    {
        var h = Silu(Norm(x, from));
        if (resample is not null)
            (h, x) = (resample(h), resample(x));
        h = Conv(h, from, to, 3);
        var time = _model.Node("Unsqueeze", [Linear(_time, _timeChannels, to), _model.Constant<long>([2, 3], 2)]);
        h = Conv(Silu(Norm(_model.Node("Add", [h, time]), to)), to, to, 3);
        return _model.Node("Add", [from == to ? x : Conv(x, from, to, 1), h]);
    }

    string Attention(string x, int channels)
    {
        var flat = _model.Node("Reshape", [Conv(Norm(x, channels), channels, 3 * channels, 1), _model.Constant<long>([0, 3 * channels, -1], 3)]);
        var parts = _model.Nodes("Split", [flat, _model.Constant<long>([channels, channels, channels], 3)], 3, ("axis", 1));
        var scaled = _model.Node("Mul", [_model.Node("Transpose", [parts[0]], ("perm", (int[])[0, 2, 1])), _model.Constant([1 / MathF.Sqrt(channels)])]);
        var weights = _model.Node("Softmax", [_model.Node("MatMul", [scaled, parts[1]])], ("axis", 2));
        var mixed = _model.Node("MatMul", [parts[2], _model.Node("Transpose", [weights], ("perm", (int[])[0, 2, 1]))]);
        return _model.Node("Add", [x, Conv(_model.Node("Reshape", [mixed, _model.Node("Shape", [x])]), channels, channels, 1)]);
    }

    string Norm(string x, int channels)
    {
        // As Reshape, InstanceNormalization and an affine: ONNX Runtime has no fast group norm on the CPU.
        var groups = _model.Node("Reshape", [x, _model.Constant<long>([0, Groups, -1], 3)]);
        var ones = _model.Constant(Enumerable.Repeat(1f, Groups).ToArray(), Groups);
        var normal = _model.Node("InstanceNormalization", [groups, ones, _model.Constant(new float[Groups], Groups)]);
        var back = _model.Node("Reshape", [normal, _model.Node("Shape", [x])]);
        return _model.Node("Add", [_model.Node("Mul", [back, Weights(channels, 1, channels, 1, 1)]), Weights(channels, 1, channels, 1, 1)]);
    }

    string Conv(string x, int from, int to, int kernel) =>
        _model.Node("Conv", [x, Weights(kernel * kernel * from, to, from, kernel, kernel), Weights(from, to)],
            ("kernel_shape", (int[])[kernel, kernel]), ("pads", Enumerable.Repeat(kernel / 2, 4).ToArray()));

    string Linear(string x, int from, int to) => _model.Node("Gemm", [x, Weights(from, from, to), Weights(from, to)]);

    string Silu(string x) => _model.Node("Mul", [x, _model.Node("Sigmoid", [x])]);

    string Halve(string x) => _model.Node("AveragePool", [x], ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]));

    string Double(string x) => _model.Node("Resize", [x, "", _model.Constant<float>([1, 1, 2, 2], 4)],
        ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    /// <summary>Small random numbers, so that no activation overflows or dwindles to what processors treat slowly.</summary>
    string Weights(int inputs, params long[] dimensions)
    {
        var bound = 1 / Math.Sqrt(inputs);
        var values = new float[dimensions.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((2 * _random.NextDouble() - 1) * bound);
        return _model.Constant(values, dimensions);
    }
}
