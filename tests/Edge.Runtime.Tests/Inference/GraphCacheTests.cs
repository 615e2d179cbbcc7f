using System.Security.Cryptography;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inference;

public sealed class GraphCacheTests : IDisposable
{
    private static readonly PictureShape Shape = new(1, 16, 24);

    private readonly TemporaryFolder folder = new();
    private readonly string network;

    public GraphCacheTests() => network = new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N")
        .Constant("w", [32, 1, 3, 3], Weights(32 * 9)).Constant("v", [1, 32, 3, 3], Weights(32 * 9))
        .Node("Conv", ["x", "w"], "wide", ("pads", [1, 1, 1, 1])).Node("Conv", ["wide", "v"], "eps", ("pads", [1, 1, 1, 1])).Output("eps", "N,1,H,W")
        .Metadata("edge.size_multiple", "8").Write(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_SecondTime_TakesTheKeptGraphAndGivesTheSameBits()
    {
        var plain = Predict(null);

        var first = Predict("key");
        var written = File.GetLastWriteTimeUtc(Graph());
        var second = Predict("key");

        Assert.Equal(plain, first);
        Assert.Equal(plain, second);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Graph()));
    }

    [Theory]
    [InlineData("graph.onnx", false)]
    [InlineData("weights.bin", false)]
    [InlineData("graph.onnx", true)]
    [InlineData("weights.bin", true)]
    [InlineData("sha256", true)]
    public void Open_DamagedCache_IsMadeAnew(string file, bool cut)
    {
        var expected = Predict("key");
        var path = Path.Combine(Path.GetDirectoryName(Graph())!, file);
        var bytes = File.ReadAllBytes(path);
        var sound = bytes.ToArray();
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(path, cut ? bytes[..(bytes.Length / 2)] : bytes);

        Assert.Equal(expected, Predict("key"));
        Assert.Equal(sound, File.ReadAllBytes(path));
    }

    [Fact]
    public void Open_SoundChecksumOfWhatIsNoGraph_IsMadeAnew()
    {
        var expected = Predict("key");
        var entry = Path.GetDirectoryName(Graph())!;
        File.WriteAllText(Graph(), "no graph");
        File.Delete(Path.Combine(entry, "weights.bin"));
        File.WriteAllText(Path.Combine(entry, "sha256"), $"{Convert.ToHexStringLower(SHA256.HashData("no graph"u8))}  graph.onnx\n");

        Assert.Equal(expected, Predict("key"));
        Assert.NotEqual("no graph", File.ReadAllText(Graph()));
    }

    [Fact]
    public void Open_AnotherNetworkHash_IsAnotherGraph()
    {
        Predict("one");
        Predict("two");

        Assert.Equal(2, Directory.GetDirectories(Path.Combine(folder.Path, "cache", "graphs")).Length);
    }

    [Fact]
    public void Open_CacheThatCannotBeWritten_OpensAllTheSame()
    {
        File.WriteAllText(Path.Combine(folder.Path, "cache"), "a file where the folder should be");

        Assert.Equal(Predict(null), Predict("key"));
    }

    [Fact]
    public void Open_NoHash_KeepsNothing()
    {
        Predict(null);

        Assert.False(Directory.Exists(Path.Combine(folder.Path, "cache")));
    }

    private string Graph() => Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(folder.Path, "cache", "graphs"))), "graph.onnx");

    private float[] Predict(string? hash)
    {
        var options = new InferenceOptions { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1, CacheFolder = Path.Combine(folder.Path, "cache"), NetworkHash = hash };
        using var denoiser = OnnxDenoiser.Open(network, options);
        var eps = new float[Shape.Length];
        denoiser.Predict(Weights(Shape.Length), [3], Shape, eps);
        return eps;
    }

    private static float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i + 1))];
}
