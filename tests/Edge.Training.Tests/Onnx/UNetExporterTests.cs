using Edge.Runtime;
using Edge.Onnx.Schema;
using Edge.Runtime.Inference;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Onnx;

public sealed class UNetExporterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-export-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 4)]
    public void Save_NetworkWithRandomWeights_ComputesTheSameInOnnxRuntime(int channels, int unshuffle)
    {
        using var model = RandomNetwork.Of(new UNetOptions { Channels = channels, Base = 16, Unshuffle = unshuffle });
        Save(model);

        var (eps, features) = ParityProof.Measure(model, folder, [TestPictures.Texture(0, 64, 64, channels)]);

        // A network that predicts nothing would agree as well.
        Assert.True(Spread(model) > 0.01, "The network's output is all but constant.");
        Assert.InRange(eps, 0, ParityProof.Limit);
        Assert.InRange(features, 0, ParityProof.Limit);
    }

    [Fact]
    public void Save_DefaultNetwork_CostsAtMostFourGigaflopAtTwoHundredFiftySixPixels()
    {
        using var model = new UNetModel(new UNetOptions());
        Save(model);

        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, UNetExporter.EpsFile))).Graph;

        Assert.InRange(ConvolutionFlop(graph, 256), 2e9, 4e9);
    }

    [Fact]
    public void Save_BothFiles_ShareOneFileOfWeights()
    {
        using var model = new UNetModel(new UNetOptions { Base = 16 });
        Save(model);

        var eps = Weights(UNetExporter.EpsFile);
        var features = Weights(UNetExporter.FeaturesFile);
        var parameters = 4 * model.parameters().Sum(p => p.shape.Aggregate(1L, (a, b) => a * b));

        Assert.NotEmpty(features);
        Assert.All(features, w => Assert.Equal(eps[w.Key], w.Value));
        // The normalisations' statistics are folded away.
        Assert.InRange(new FileInfo(Path.Combine(folder, UNetExporter.WeightsFileName)).Length, 0.95 * parameters, parameters + 64 * eps.Count);
        Assert.InRange(new FileInfo(Path.Combine(folder, UNetExporter.EpsFile)).Length, 1, 100_000);
    }

    [Fact]
    public void Save_Metadata_IsInBothFiles()
    {
        using var model = new UNetModel(new UNetOptions { Base = 16 });
        Save(model);

        using var network = FeatureNetwork.Open(Path.Combine(folder, UNetExporter.FeaturesFile), new InferenceOptions { Provider = ExecutionProvider.Cpu });

        Assert.Equal("16", network.Metadata["edge.size_multiple"]);
    }

    private void Save(UNetModel model) =>
        UNetExporter.Save(model, folder, new Dictionary<string, string> { ["edge.size_multiple"] = $"{model.Options.SizeMultiple}" }, "test");

    private static double Spread(UNetModel model)
    {
        using var off = no_grad();
        var side = 8 * model.Options.SizeMultiple;
        var x = TestPictures.Texture(1, side, side, model.Options.Channels).Values;
        var eps = model.call(tensor(x, [1, model.Options.Channels, side, side]), tensor([25f], [1])).data<float>().ToArray();
        var mean = eps.Average();
        return Math.Sqrt(eps.Average(v => (v - mean) * (v - mean)));
    }

    private Dictionary<string, string> Weights(string file) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, file))).Graph.Initializer
            .Where(t => t.DataLocation == TensorProto.Types.DataLocation.External)
            .ToDictionary(t => t.Name, t => string.Join(' ', t.ExternalData.Select(e => $"{e.Key}={e.Value}")));

    /// <summary>Twice the multiplications of all convolutions, found by following each value's side through the graph.</summary>
    private static double ConvolutionFlop(GraphProto graph, int side)
    {
        var weights = graph.Initializer.ToDictionary(t => t.Name, t => t.Dims);
        var sides = new Dictionary<string, double> { ["x"] = side };
        var flop = 0.0;
        foreach (var node in graph.Node)
        {
            var known = node.Input.Where(sides.ContainsKey).Select(i => sides[i]).DefaultIfEmpty(0).Max();
            var at = node.OpType switch
            {
                "SpaceToDepth" => known / node.Attribute.Single(a => a.Name == "blocksize").I,
                "DepthToSpace" => known * node.Attribute.Single(a => a.Name == "blocksize").I,
                "Resize" => known * 2,
                "Conv" => known / node.Attribute.Single(a => a.Name == "strides").Ints[0],
                _ => known,
            };
            if (node.OpType == "Conv")
                flop += 2 * weights[node.Input[1]].Aggregate(1.0, (a, b) => a * b) * at * at;
            foreach (var output in node.Output)
                sides[output] = at;
        }
        return flop;
    }
}
