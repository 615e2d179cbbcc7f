using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime;
using Edge.Runtime.Inference;
using Edge.Training.Learning;
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
    public void Save_NetworksWithRandomWeights_ComputeTheSameInOnnxRuntime(int channels, int unshuffle)
    {
        using var networks = RandomNetwork.Of(new UNetOptions { Channels = channels, Base = 16, Unshuffle = unshuffle });
        Save(networks);

        var difference = ParityProof.Measure(networks, folder, networks.denoiser.Options.SizeMultiple, [TestPictures.Texture(0, 64, 64, channels)]);

        // A network that predicts nothing would agree as well.
        Assert.True(Spread(networks.denoiser) > 0.01, "The denoiser's output is all but constant.");
        Assert.True(Spread(networks.defects) > 0.01, "The log-odds are all but constant.");
        Assert.InRange(difference, 0, ParityProof.Limit);
    }

    [Theory]
    [InlineData("denoiser")]
    [InlineData("defects")]
    public void Measure_OneWeightOfEitherNetworkChangedSinceTheExport_SeesIt(string changed)
    {
        using var networks = RandomNetwork.Of(new UNetOptions { Base = 16 });
        Save(networks);
        using (no_grad())
            networks.named_parameters().Single(p => p.name == $"{changed}.output_conv.bias").parameter[0] += 0.5;

        // Where values exceed 1 the difference is relative to the largest.
        Assert.InRange(ParityProof.Measure(networks, folder, networks.denoiser.Options.SizeMultiple, []), 10 * ParityProof.Limit, 0.501);
    }

    [Fact]
    public void Save_DefaultNetworks_CostAtMostSixGigaflopEachAtTwoHundredFiftySixPixels()
    {
        var options = new FitOptions();
        using var networks = new TrainedNetworks(options.Network, options.DefectNetwork);
        Save(networks);

        Assert.All([UNetExporter.EpsFile, UNetExporter.LogOddsFile],
            file => Assert.InRange(ConvolutionFlop(ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, file))).Graph, 256), 2e9, 6e9));
    }

    [Fact]
    public void Save_AllFiles_ShareOneFileOfWeights()
    {
        var options = new UNetOptions { Base = 16 };
        using var networks = new TrainedNetworks(options, options);
        Save(networks);

        var eps = Weights(UNetExporter.EpsFile);
        var logOdds = Weights(UNetExporter.LogOddsFile);
        var parameters = 4 * networks.parameters().Sum(p => p.shape.Aggregate(1L, (a, b) => a * b));

        // The two networks share nothing.
        Assert.NotEmpty(logOdds);
        Assert.Empty(logOdds.Values.Intersect(eps.Values));
        // The normalisations' statistics are folded away.
        Assert.InRange(new FileInfo(Path.Combine(folder, UNetExporter.WeightsFileName)).Length, 0.95 * parameters, parameters + 64 * (eps.Count + logOdds.Count));
        Assert.InRange(new FileInfo(Path.Combine(folder, UNetExporter.EpsFile)).Length, 1, 100_000);
    }

    [Fact]
    public void Save_Metadata_IsInAllFiles()
    {
        var options = new UNetOptions { Base = 16 };
        using var networks = new TrainedNetworks(options, options);
        Save(networks);

        foreach (var file in (string[])[UNetExporter.EpsFile, UNetExporter.LogOddsFile])
        {
            var metadata = OnnxFile.Read(Path.Combine(folder, file)).MetadataProps;
            Assert.Equal("8", metadata.Single(entry => entry.Key == "edge.size_multiple").Value);
        }
    }

    private static InferenceOptions Cpu { get; } = new() { Provider = ExecutionProvider.Cpu };

    private void Save(TrainedNetworks networks)
    {
        var metadata = new Dictionary<string, string> { ["edge.size_multiple"] = $"{networks.denoiser.Options.SizeMultiple}" };
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        UNetExporter.Save(networks, folder, weights, metadata, "test");
        weights.Save(folder);
    }

    private static double Spread(UNetModel model)
    {
        using var off = no_grad();
        var side = 8 * model.Options.SizeMultiple;
        var x = TestPictures.Texture(1, side, side, model.Options.Channels).Values;
        var answer = model.call(tensor(x, [1, model.Options.Channels, side, side]), tensor([25f], [1])).data<float>().ToArray();
        var mean = answer.Average();
        return Math.Sqrt(answer.Average(v => (v - mean) * (v - mean)));
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
