using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inference;

public sealed class PlaneNetworkTests : IDisposable
{
    private static readonly InferenceOptions Cpu = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };
    private static readonly PictureShape Shape = new(3, 8, 4);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_TinyNetwork_TellsWhatTheFileSays()
    {
        using var network = PlaneNetwork.Open(Largest("memory").Metadata("edge.note", "grüße").Write(folder), "memory", Cpu);

        Assert.Equal((3, 4), (network.Channels, network.SizeMultiple));
        Assert.Equal("grüße", network.Metadata["edge.note"]);
        Assert.Equal(ExecutionProvider.Cpu, network.ActiveProvider);
        Assert.StartsWith("Cpu", network.ProviderNote);
    }

    [Fact]
    public void Evaluate_LargestOfTheChannels_IsThatOfEveryPixel()
    {
        using var network = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);
        var plane = new float[Shape.Pixels];

        foreach (var seed in new[] { 1, 2 })
        {
            var x = Noise(Shape, seed);
            network.Evaluate(x, Shape, plane);
            Assert.Equal(Expected(x, Shape), plane);
        }
    }

    [Fact]
    public void Evaluate_ShapesInTurn_EachGetsItsOwnResult()
    {
        using var network = PlaneNetwork.Open(Largest("log_odds").Write(folder), "log_odds", Cpu);

        foreach (var (height, width) in new[] { (4, 8), (8, 4), (16, 16), (4, 4), (12, 4), (4, 8) })
        {
            var shape = new PictureShape(3, height, width);
            var (x, plane) = (Noise(shape, height), new float[shape.Pixels]);
            network.Evaluate(x, shape, plane);
            Assert.Equal(Expected(x, shape), plane);
        }
    }

    [Fact]
    public void Evaluate_SteadyState_AllocatesNothing()
    {
        using var network = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);
        float[] x = Noise(Shape, 6), plane = new float[Shape.Pixels];
        for (var i = 0; i < 3; i++)
            network.Evaluate(x, Shape, plane);

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 100; i++)
            network.Evaluate(x, Shape, plane);

        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public async Task Share_TwoThreads_EachGetsItsOwnResult()
    {
        using var first = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);
        using var second = first.Share();

        await Task.WhenAll(((PlaneNetwork[])[first, second]).Select((network, thread) => Task.Run(() =>
        {
            var plane = new float[Shape.Pixels];
            for (var i = 0; i < 500; i++)
            {
                var x = Noise(Shape, 1000 * thread + i);
                network.Evaluate(x, Shape, plane);
                Assert.Equal(Expected(x, Shape), plane);
            }
        })));
    }

    [Fact]
    public void Share_Disposed_LeavesTheOtherInUse()
    {
        using var network = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);
        var (x, plane) = (Noise(Shape, 3), new float[Shape.Pixels]);
        var other = network.Share();
        other.Dispose();

        network.Evaluate(x, Shape, plane);

        Assert.Equal(Expected(x, Shape), plane);
        Assert.Throws<ObjectDisposedException>(() => other.Evaluate(x, Shape, plane));
    }

    [Fact]
    public void Evaluate_AfterDispose_Throws()
    {
        var network = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);
        network.Dispose();
        network.Dispose();

        Assert.Throws<ObjectDisposedException>(() => network.Evaluate(new float[Shape.Length], Shape, new float[Shape.Pixels]));
    }

    [Fact]
    public void Evaluate_ShapeThatDoesNotFit_IsRefused()
    {
        using var network = PlaneNetwork.Open(Largest("memory").Write(folder), "memory", Cpu);

        Assert.Throws<ArgumentException>(() => network.Evaluate(new float[16], new PictureShape(1, 4, 4), new float[16]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(new float[60], new PictureShape(3, 5, 4), new float[20]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(new float[0], new PictureShape(3, 0, 4), new float[0]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(new float[96], new PictureShape(3, 4, 4), new float[16]));
        Assert.Contains("memory holds 15 values, not 16",
            Assert.Throws<ArgumentException>(() => network.Evaluate(new float[48], new PictureShape(3, 4, 4), new float[15])).Message);
    }

    [Fact]
    public void Open_OutputOfAnotherName_NamesBoth() => Refused(Largest("log_odds").Write(folder), "output memory is missing", "the file has log_odds");

    [Fact]
    public void Open_TwoOutputs_NamesThem() =>
        Refused(Largest("memory").Node("ReduceMin", ["x"], "least", ("axes", [1])).Output("least", "N,1,H,W").Write(folder), "outputs are memory, least where memory alone must be");

    [Fact]
    public void Open_AFurtherInput_NamesIt() => Refused(Largest("memory").Input("t", "N").Write(folder), "input t is unknown");

    [Fact]
    public void Open_OneValueAChannel_NamesTheOutput() =>
        Refused(new TinyOnnx().Input("x", "N,3,H,W").Node("Relu", ["x"], "memory").Output("memory", "N,3,H,W").Metadata("edge.size_multiple", "4").Write(folder), "output memory has 3 channels where 1 must be");

    [Fact]
    public void Open_OneValueABlock_IsRefused() =>
        Refused(new TinyOnnx().Input("x", "N,1,H,W").Node("AveragePool", ["x"], "memory", ("kernel_shape", [2, 2]), ("strides", [2, 2])).Output("memory", "N,1,h,w")
            .Metadata("edge.size_multiple", "4").Write(folder), "shape");

    [Fact]
    public void Open_NoFile_NamesIt() => Refused(Path.Combine(folder.Path, "absent.onnx"), "missing");

    [Fact]
    public void Open_NoSizeMultiple_NamesTheKey() =>
        Refused(new TinyOnnx().Input("x", "N,1,H,W").Node("Relu", ["x"], "memory").Output("memory", "N,1,H,W").Write(folder), "edge.size_multiple", "missing");

    private static void Refused(string path, params string[] words)
    {
        var fault = Assert.Throws<BundleException>(() => PlaneNetwork.Open(path, "memory", Cpu).Dispose());
        Assert.All(words, word => Assert.Contains(word, fault.Message));
        Assert.Contains(path, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    /// <summary>The largest of three channels.</summary>
    private static TinyOnnx Largest(string output) =>
        new TinyOnnx().Input("x", "N,3,H,W").Node("ReduceMax", ["x"], output, ("axes", [1])).Output(output, "N,1,H,W").Metadata("edge.size_multiple", "4");

    private static float[] Expected(float[] x, PictureShape shape) =>
        [.. Enumerable.Range(0, shape.Pixels).Select(i => Math.Max(x[i], Math.Max(x[shape.Pixels + i], x[2 * shape.Pixels + i])))];

    private static float[] Noise(PictureShape shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
