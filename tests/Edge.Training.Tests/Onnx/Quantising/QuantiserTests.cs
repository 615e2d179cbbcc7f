using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using Edge.Training.Onnx.Quantising;
using Edge.Training.Onnx.Schema;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Training.Tests.Onnx.Quantising;

public sealed class QuantiserTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-quantiser-tests-").FullName;
    private readonly ModelProto network;
    private readonly List<(float[] Values, PictureShape Shape)> pictures = [.. Enumerable.Range(0, 4).Select(i => TestPictures.Texture(i, 64, 64)).Select(p => (p.Values, p.Shape))];
    private readonly IReadOnlyDictionary<string, (float Low, float High)> ranges;

    public QuantiserTests()
    {
        using var model = RandomNetwork.Of(new UNetOptions { Base = 16 });
        UNetExporter.Save(model, folder, new Dictionary<string, string> { ["edge.size_multiple"] = "16" }, "test");
        network = FixedTimestep.Of(OnnxFile.Read(Path.Combine(folder, UNetExporter.EpsFile)), 25);
        ranges = ActivationRanges.Of(network, pictures);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Quantise_EveryLayer_AnswersNearlyAsFloatsDo()
    {
        var error = Error(Quantiser.Quantise(network, ranges, Quantiser.Layers(network).ToHashSet()));

        // Not exact, or nothing was rounded.
        Assert.InRange(error.Eps, 1e-4, 0.1);
        Assert.InRange(error.Logit, 1e-4, 0.1);
    }

    [Fact]
    public void Quantise_NoLayer_IsTheNetworkAsItWas()
    {
        var error = Error(Quantiser.Quantise(network, ranges, new HashSet<string>()));

        Assert.InRange(Math.Max(error.Eps, error.Logit), 0, 1e-6);
    }

    [Fact]
    public void Quantise_InOnnxRuntime_TurnsIntoEightBitsOnlyAtTheEnds()
    {
        var optimised = Path.Combine(folder, "optimised.onnx");
        _ = OnnxRuntimeLibrary.Location;
        using (var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OptimizedModelFilePath = optimised })
            new InferenceSession(Quantiser.Quantise(network, ranges, Quantiser.Layers(network).ToHashSet()).ToByteArray(), settings).Dispose();

        var operators = ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimised)).Graph.Node.GroupBy(node => node.OpType).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(1, operators["QuantizeLinear"]);
        Assert.Equal(1, operators["DequantizeLinear"]);
        // A convolution of doubled pixels is four.
        Assert.Equal(network.Graph.Node.Count(node => node.OpType == "Conv") + 3 * 2, operators["QLinearConv"]);
        Assert.DoesNotContain("Relu", operators.Keys);
        Assert.DoesNotContain("Resize", operators.Keys);
        Assert.DoesNotContain("Conv", operators.Keys);
    }

    private NetworkError Error(ModelProto other)
    {
        using NetworkRun expected = new(network), actual = new(other);
        return NetworkError.Of(expected.Outputs, [.. pictures.Select(p => expected.Run(p.Values, 1, 1, 64, 64))], [.. pictures.Select(p => actual.Run(p.Values, 1, 1, 64, 64))]);
    }
}
