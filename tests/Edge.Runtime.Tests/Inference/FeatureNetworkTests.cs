using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inference;

public sealed class FeatureNetworkTests : IDisposable
{
    private static readonly InferenceOptions Cpu = new() { Provider = ExecutionProvider.Cpu };
    private static readonly PictureShape Shape = new(1, 4, 8);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Run_TwoStrides_GivesEachMapItsSizeAndValues()
    {
        using var network = FeatureNetwork.Open(Pools().Write(folder), Cpu);
        float[] x = [.. Enumerable.Range(0, 2 * Shape.Length).Select(i => (float)i)];

        var maps = network.Run(x, [10, -1], Shape);

        Assert.Equal([("half", 1, 2, 4), ("quarter", 1, 1, 2)], maps.Select(map => (map.Name, map.Channels, map.Height, map.Width)));
        for (var n = 0; n < 2; n++)
        {
            // The mean of a 2x2 block of a ramp with steps 1 and 8 is its first value + 4.5; the maximum of a 4x4 block its first value + 27.
            Assert.Equal([4.5f, 6.5f, 8.5f, 10.5f, 20.5f, 22.5f, 24.5f, 26.5f], maps[0][n].ToArray().Select(value => value - 32 * n));
            var time = n == 0 ? 10 : -1;
            Assert.Equal([(27f + 32 * n) * time, (31f + 32 * n) * time], maps[1][n].ToArray());
        }
    }

    [Fact]
    public void Run_AfterABatch_GivesTheSameForOne()
    {
        using var network = FeatureNetwork.Open(Pools().Write(folder), Cpu);
        float[] x = [.. Enumerable.Range(0, 2 * Shape.Length).Select(i => MathF.Sin(i))];

        float[] batch = [.. network.Run(x, [3, 4], Shape).SelectMany(map => map[1].ToArray())];
        float[] single = [.. network.Run(x.AsSpan(Shape.Length), [4], Shape).SelectMany(map => map[0].ToArray())];

        Assert.Equal(batch, single);
    }

    [Fact]
    public void Run_NetworkWithoutTime_IsFedThePictureAlone()
    {
        var path = new TinyOnnx().Input("x", "N,3,H,W").Node("Relu", ["x"], "layer").Output("layer", "N,3,H,W").Metadata("edge.size_multiple", "1").Write(folder);
        using var network = FeatureNetwork.Open(path, Cpu);

        var maps = network.Run([-1, 2, 3], [0], new PictureShape(3, 1, 1));

        Assert.Equal([0, 2, 3], maps[0].Values.ToArray());
    }

    [Fact]
    public void Run_SteadyState_AllocatesNothing()
    {
        using var network = FeatureNetwork.Open(Pools().Write(folder), Cpu);
        float[] x = new float[2 * Shape.Length], t = [1, 2];
        for (var i = 0; i < 3; i++)
            network.Run(x, t, Shape);

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 100; i++)
            network.Run(x, t, Shape);

        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Run_TwoShapesInTurn_GivesEachItsOwnAndAllocatesNothing()
    {
        using var network = FeatureNetwork.Open(Pools().Write(folder), Cpu);
        var wide = new PictureShape(1, 4, 16);
        float[] x = [.. Enumerable.Range(0, wide.Length).Select(i => (float)i)], t = [1];
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((4, 8), (network.Run(x.AsSpan(0, Shape.Length), t, Shape)[0].Width, network.Run(x, t, wide)[0].Width));
            // Means of 2x2 blocks of ramps with steps 1 and 8, and 1 and 16.
            Assert.Equal((4.5f, 8.5f), (network.Run(x.AsSpan(0, Shape.Length), t, Shape)[0].Values.Span[0], network.Run(x, t, wide)[0].Values.Span[0]));
        }

        var allocated = new AllocatedBytes();
        for (var i = 0; i < 20; i++)
        {
            network.Run(x.AsSpan(0, Shape.Length), t, Shape);
            network.Run(x, t, wide);
        }
        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        var network = FeatureNetwork.Open(Pools().Write(folder), Cpu);
        network.Dispose();

        Assert.Throws<ObjectDisposedException>(() => network.Run(new float[Shape.Length], [1], Shape));
    }

    [Fact]
    public void Open_OutputThatIsNoMap_NamesIt()
    {
        var path = new TinyOnnx().Input("x", "N,1,H,W").Constant("flat", [-1, 4]).Node("Reshape", ["x", "flat"], "vector").Output("vector", "M,4")
            .Metadata("edge.size_multiple", "4").Write(folder);

        var fault = Assert.Throws<BundleException>(() => FeatureNetwork.Open(path, Cpu));

        Assert.Contains("output vector", fault.Message);
    }

    /// <summary>half = 2x2 means; quarter = t times 4x4 maxima.</summary>
    private static TinyOnnx Pools() => new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N").Constant("each", [-1, 1, 1, 1])
        .Node("AveragePool", ["x"], "half", ("kernel_shape", [2, 2]), ("strides", [2, 2]))
        .Node("MaxPool", ["x"], "largest", ("kernel_shape", [4, 4]), ("strides", [4, 4]))
        .Node("Reshape", ["t", "each"], "time").Node("Mul", ["largest", "time"], "quarter")
        .Output("half", "N,1,h,w").Output("quarter", "N,1,k,l").Metadata("edge.size_multiple", "4");
}
