using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inference;

public sealed class OnnxDenoiserTests : IDisposable
{
    private static readonly InferenceOptions Cpu = new() { Provider = ExecutionProvider.Cpu };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_TinyNetwork_TellsWhatTheFileSays()
    {
        using var network = OnnxDenoiser.Open(Times().Metadata("edge.note", "grüße").Write(folder), Cpu);

        Assert.Equal(3, network.Channels);
        Assert.Equal(4, network.SizeMultiple);
        Assert.Equal("grüße", network.Metadata["edge.note"]);
        Assert.Equal(ExecutionProvider.Cpu, network.ActiveProvider);
    }

    [Fact]
    public void Predict_XTimesT_IsTheProduct()
    {
        using var network = OnnxDenoiser.Open(Times().Write(folder), Cpu);
        var shape = new PictureShape(3, 8, 4);
        var x = Noise(2 * shape.Length, 1);
        var eps = new float[x.Length];

        network.Predict(x, [3, -2], shape, eps);

        for (var i = 0; i < x.Length; i++)
            Assert.Equal(x[i] * (i < shape.Length ? 3 : -2), eps[i]);
    }

    [Fact]
    public void Predict_NewContentsInTheSameShape_AreSeen()
    {
        using var network = OnnxDenoiser.Open(Times().Write(folder), Cpu);
        var shape = new PictureShape(3, 4, 4);
        var eps = new float[shape.Length];

        foreach (var value in new[] { 1f, 5f, -7f })
        {
            network.Predict(Enumerable.Repeat(value, shape.Length).ToArray(), [2], shape, eps);
            Assert.All(eps, result => Assert.Equal(2 * value, result));
        }
    }

    [Fact]
    public void Predict_ShapesInTurn_EachGetsItsOwnResult()
    {
        using var network = OnnxDenoiser.Open(Times().Write(folder), Cpu);
        foreach (var (height, width) in new[] { (4, 8), (8, 4), (16, 16), (4, 8) })
        {
            var shape = new PictureShape(3, height, width);
            var x = Noise(shape.Length, height);
            var eps = new float[x.Length];
            network.Predict(x, [2], shape, eps);
            Assert.Equal(x.Select(value => 2 * value), eps);
        }
    }

    [Fact]
    public void Predict_SameInputTwice_IsBitEqual()
    {
        var path = Convolution().Write(folder);
        var shape = new PictureShape(3, 32, 32);
        var x = Noise(shape.Length, 3);
        var results = new List<float[]>();

        foreach (var _ in new[] { 1, 2 })
        {
            using var network = OnnxDenoiser.Open(path, Cpu);
            for (var i = 0; i < 2; i++)
            {
                results.Add(new float[x.Length]);
                network.Predict(x, [40], shape, results[^1]);
                network.Predict(Noise(x.Length, i), [7], shape, new float[x.Length]);
            }
        }

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Predict_Batch_IsBitEqualToOneByOne()
    {
        using var network = OnnxDenoiser.Open(Convolution().Write(folder), Cpu);
        var shape = new PictureShape(3, 12, 20);
        var x = Noise(3 * shape.Length, 4);
        float[] t = [0, 25, 250], batch = new float[x.Length], single = new float[x.Length];

        network.Predict(x, t, shape, batch);
        for (var n = 2; n >= 0; n--)
            network.Predict(x.AsSpan(n * shape.Length, shape.Length), t.AsSpan(n, 1), shape, single.AsSpan(n * shape.Length, shape.Length));

        Assert.Equal(single, batch);
    }

    [Fact]
    public void Predict_Convolution_AgreesWithItsDefinition()
    {
        using var network = OnnxDenoiser.Open(Convolution().Write(folder), Cpu);
        var shape = new PictureShape(3, 8, 8);
        var x = Noise(shape.Length, 5);
        float[] weights = Noise(81, 9), eps = new float[x.Length];

        network.Predict(x, [2], shape, eps);

        for (var channel = 0; channel < 3; channel++)
            for (var row = 0; row < 8; row++)
                for (var column = 0; column < 8; column++)
                {
                    var sum = 0.0;
                    for (var tap = 0; tap < 27; tap++)
                    {
                        var (from, i, j) = (tap / 9, row + tap / 3 % 3 - 1, column + tap % 3 - 1);
                        if (i is >= 0 and < 8 && j is >= 0 and < 8)
                            sum += (double)weights[channel * 27 + tap] * x[from * 64 + i * 8 + j];
                    }
                    Assert.Equal(2 * sum, eps[channel * 64 + row * 8 + column], 1e-5);
                }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Predict_SteadyState_AllocatesNothing(int pictures)
    {
        using var network = OnnxDenoiser.Open(Convolution().Write(folder), Cpu);
        var shape = new PictureShape(3, 16, 16);
        float[] x = Noise(pictures * shape.Length, 6), t = new float[pictures], eps = new float[x.Length];
        for (var i = 0; i < 3; i++)
            network.Predict(x, t, shape, eps);

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 100; i++)
            network.Predict(x, t, shape, eps);

        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Predict_FourShapesInTurn_AllocatesNothingAfterTheFirstRound()
    {
        using var network = OnnxDenoiser.Open(Convolution().Write(folder), Cpu);
        PictureShape[] shapes = [new(3, 16, 16), new(3, 8, 16), new(3, 32, 16), new(3, 16, 32)];
        float[][] pictures = [.. shapes.Select((shape, i) => Noise(shape.Length, i))];
        float[] t = [5], eps = new float[3 * 32 * 32];
        Round();
        Round();

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 20; i++)
            Round();
        Assert.Equal(0, allocated.Count);

        void Round()
        {
            for (var i = 0; i < shapes.Length; i++)
                network.Predict(pictures[i], t, shapes[i], eps.AsSpan(0, shapes[i].Length));
        }
    }

    [Fact]
    public void Predict_AfterDispose_Throws()
    {
        var network = OnnxDenoiser.Open(Times().Write(folder), Cpu);
        var shape = new PictureShape(3, 4, 4);
        network.Dispose();
        network.Dispose();

        Assert.Throws<ObjectDisposedException>(() => network.Predict(new float[shape.Length], [1], shape, new float[shape.Length]));
    }

    [Fact]
    public void Choose_AutoWhereCudaOpensAndFails_TakesTheCpuAndSaysWhy()
    {
        List<ExecutionProvider> tried = [];
        var (provider, note) = OnnxSession.Choose(ExecutionProvider.Auto, cudaInstalled: true, (provider, note) =>
        {
            tried.Add(provider);
            return provider == ExecutionProvider.Cuda ? throw new DeviceException("no kernel image for this GPU") : (provider, note);
        });

        Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], tried);
        Assert.Equal(ExecutionProvider.Cpu, provider);
        Assert.Equal("Cpu, because Cuda does not work here: no kernel image for this GPU", note);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Choose_AskedForAndFails_IsRefused(ExecutionProvider asked)
    {
        List<ExecutionProvider> tried = [];

        Assert.Throws<DeviceException>(() => OnnxSession.Choose<int>(asked, cudaInstalled: true, (provider, _) =>
        {
            tried.Add(provider);
            throw new DeviceException("no kernel image for this GPU");
        }));
        Assert.Equal([asked], tried);
    }

    [Fact]
    public void Choose_AutoWithADamagedFile_IsNoReasonForTheCpu() =>
        Assert.Throws<BundleException>(() => OnnxSession.Choose<int>(ExecutionProvider.Auto, cudaInstalled: true,
            (provider, _) => provider == ExecutionProvider.Cuda ? throw new BundleException("not a network") : 0));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Predict_SharedMemory_GivesTheSameBitsPictureAfterPictureAndAllocatesNothing(int pictures)
    {
        var file = Convolution().Write(folder);
        using OnnxDenoiser copied = OnnxDenoiser.Open(file, Cpu), shared = OnnxDenoiser.Open(file, Cpu with { ShareMemory = true });
        foreach (var (side, seed) in new[] { (16, 6), (16, 7), (8, 8), (16, 9) })
        {
            var shape = new PictureShape(3, side, side);
            float[] x = Noise(pictures * shape.Length, seed), t = new float[pictures], expected = new float[x.Length], actual = new float[x.Length];
            copied.Predict(x, t, shape, expected);
            shared.Predict(x, t, shape, actual);
            Assert.Equal(expected, actual);

            var allocated = new AllocatedBytes();
            shared.Predict(x, t, shape, actual);
            Assert.Equal(0, allocated.Count);
        }
    }

    [Theory]
    [InlineData(ExecutionProvider.Auto)]
    [InlineData(ExecutionProvider.Cpu)]
    public void Open_CudaGraphWithoutAGpuAskedFor_IsRefused(ExecutionProvider provider)
    {
        var options = new InferenceOptions { Provider = provider, CudaGraph = true };

        Assert.Contains("cuda or tensorrt", Assert.Throws<DeviceException>(() => OnnxDenoiser.Open(Convolution().Write(folder), options)).Message);
    }

    [Fact]
    public void Predict_ShapeThatDoesNotFit_IsRefused()
    {
        using var network = OnnxDenoiser.Open(Times().Write(folder), Cpu);

        Assert.Throws<ArgumentException>(() => network.Predict(new float[16], [1], new PictureShape(1, 4, 4), new float[16]));
        Assert.Throws<ArgumentException>(() => network.Predict(new float[60], [1], new PictureShape(3, 5, 4), new float[60]));
        Assert.Throws<ArgumentException>(() => network.Predict(new float[48], [1, 2], new PictureShape(3, 4, 4), new float[48]));
        Assert.Throws<ArgumentException>(() => network.Predict(new float[48], [1], new PictureShape(3, 4, 4), new float[47]));
    }

    [Fact]
    public void Predict_AFileOfOneTimestep_AnswersThatAlone()
    {
        var shape = new PictureShape(3, 4, 4);
        var x = Noise(shape.Length, 7);
        var eps = new float[shape.Length];
        using var network = OnnxDenoiser.Open(
            new TinyOnnx().Input("x", "N,3,H,W").Node("Relu", ["x"], "eps").Output("eps", "N,3,H,W").Metadata("edge.size_multiple", "4").Metadata(OnnxDenoiser.TimestepKey, "25").Write(folder), Cpu);

        network.Predict(x, [25], shape, eps);

        Assert.Equal(25, network.Timestep);
        Assert.Equal(x.Select(v => Math.Max(0, v)), eps);
        Assert.Contains("made for t = 25 alone", Assert.Throws<ArgumentException>(() => network.Predict(x, [26], shape, eps)).Message);
    }

    [Fact]
    public void Open_AnotherOutputThanEps_NamesWhatIsMissing() => Refused(
        new TinyOnnx().Input("x", "N,3,H,W").Input("t", "N").Node("Relu", ["x"], "noise").Output("noise", "N,3,H,W").Metadata("edge.size_multiple", "4").Write(folder), "output eps", "missing");

    [Fact]
    public void Open_AnotherOutputBesideEps_NamesBoth() => Refused(
        new TinyOnnx().Input("x", "N,3,H,W").Input("t", "N").Node("Relu", ["x"], "eps").Output("eps", "N,3,H,W").Node("ReduceMax", ["x"], "logit", ("axes", [1])).Output("logit", "N,1,H,W")
            .Metadata("edge.size_multiple", "4").Write(folder), "outputs are eps, logit where eps alone must be");

    [Fact]
    public void Open_NoFile_NamesIt() => Refused(Path.Combine(folder.Path, "absent.onnx"), "absent.onnx", "missing");

    [Fact]
    public void Open_NotOnnx_NamesIt()
    {
        var path = Path.Combine(folder.Path, "picture.onnx");
        File.WriteAllText(path, "This is no network.");
        Refused(path, "picture.onnx", "cannot read");
    }

    [Fact]
    public void Open_NoSizeMultiple_NamesTheKey() => Refused(Times(multiple: null).Write(folder), "edge.size_multiple", "missing");

    [Fact]
    public void Open_BadSizeMultiple_NamesTheKey() => Refused(Times(multiple: "0").Write(folder), "edge.size_multiple", "'0'");

    [Fact]
    public void Open_WrongInputName_NamesIt() =>
        Refused(new TinyOnnx().Input("sample", "N,3,H,W").Input("t", "N").Node("Relu", ["sample"], "eps").Output("eps", "N,3,H,W").Write(folder), "input x", "missing");

    [Fact]
    public void Open_WrongRank_NamesIt() =>
        Refused(new TinyOnnx().Input("x", "N,3,H").Input("t", "N").Node("Relu", ["x"], "eps").Output("eps", "N,3,H").Write(folder), "input x", "3 dimensions");

    [Fact]
    public void Open_WrongType_NamesIt() =>
        Refused(new TinyOnnx().Input("x", "N,3,H,W").Input<long>("t", "N").Node("Relu", ["x"], "eps").Output("eps", "N,3,H,W").Write(folder),
            "input t", "32-bit floats");

    [Fact]
    public void Open_FreeChannels_NamesIt() =>
        Refused(new TinyOnnx().Input("x", "N,C,H,W").Input("t", "N").Node("Relu", ["x"], "eps").Output("eps", "N,C,H,W").Write(folder), "input x", "channels");

    [Fact]
    public void Open_OutputOfAnotherShape_IsRefused() =>
        Refused(new TinyOnnx().Input("x", "N,3,H,W").Input("t", "N").Node("AveragePool", ["x"], "eps", ("kernel_shape", [2, 2]), ("strides", [2, 2]))
            .Output("eps", "N,3,h,w").Metadata("edge.size_multiple", "4").Write(folder), "network.onnx", "shape");

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Open_GpuThatIsNotThere_SaysSo(ExecutionProvider provider)
    {
        var path = Times().Write(folder);
        if (File.Exists("/dev/nvidiactl"))
            return;

        var fault = Assert.Throws<DeviceException>(() => OnnxDenoiser.Open(path, new InferenceOptions { Provider = provider }));

        Assert.Contains($"libonnxruntime_providers_{provider.ToString().ToLowerInvariant()}.so", fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Open_Auto_TakesWhatWorksAndSaysSo()
    {
        using var network = OnnxDenoiser.Open(Times().Write(folder), new InferenceOptions());

        Assert.NotEqual(ExecutionProvider.Auto, network.ActiveProvider);
        Assert.StartsWith(network.ActiveProvider.ToString(), network.ProviderNote);
    }

    private static void Refused(string path, params string[] words)
    {
        var fault = Assert.Throws<BundleException>(() => OnnxDenoiser.Open(path, Cpu).Dispose());
        Assert.All(words, word => Assert.Contains(word, fault.Message));
        Assert.Contains(path, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    /// <summary>eps = x t.</summary>
    private static TinyOnnx Times(string? multiple = "4")
    {
        var network = new TinyOnnx().Input("x", "N,3,H,W").Input("t", "N").Constant("each", [-1, 1, 1, 1])
            .Node("Reshape", ["t", "each"], "time").Node("Mul", ["x", "time"], "eps").Output("eps", "N,3,H,W");
        return multiple is null ? network : network.Metadata("edge.size_multiple", multiple);
    }

    /// <summary>eps = t (W * x), a 3x3 convolution with zeros beyond the border.</summary>
    private static TinyOnnx Convolution() => new TinyOnnx().Input("x", "N,3,H,W").Input("t", "N").Constant("each", [-1, 1, 1, 1])
        .Constant("W", [3, 3, 3, 3], Noise(81, 9)).Node("Conv", ["x", "W"], "sum", ("pads", [1, 1, 1, 1]))
        .Node("Reshape", ["t", "each"], "time").Node("Mul", ["sum", "time"], "eps").Output("eps", "N,3,H,W").Metadata("edge.size_multiple", "4");

    private static float[] Noise(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
