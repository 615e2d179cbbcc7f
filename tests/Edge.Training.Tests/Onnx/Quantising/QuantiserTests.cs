using Edge.Features;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using Edge.Training.Onnx.Quantising;
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
        using var networks = RandomNetwork.Of(new UNetOptions { Base = 16 });
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        UNetExporter.Save(networks, folder, weights, new Dictionary<string, string> { ["edge.size_multiple"] = "16" }, "test");
        weights.Save(folder);
        network = FixedTimestep.Of(OnnxFile.Read(Path.Combine(folder, UNetExporter.EpsFile)), 25);
        ranges = ActivationRanges.Of(network, pictures);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Quantise_EveryLayer_AnswersNearlyAsFloatsDo()
    {
        var error = Error(Quantiser.Quantise(network, ranges, Quantiser.Layers(network).ToHashSet(), 1));

        // Not exact, or nothing was rounded.
        Assert.InRange(error, 1e-4, 0.1);
    }

    [Fact]
    public void Quantise_NoLayer_IsTheNetworkAsItWas()
    {
        var error = Error(Quantiser.Quantise(network, ranges, new HashSet<string>(), 1));

        Assert.InRange(error, 0, 1e-6);
    }

    [Fact]
    public void Quantise_InOnnxRuntime_TurnsIntoEightBitsOnlyAtTheEnds()
    {
        var operators = Optimised(Quantiser.Quantise(network, ranges, Quantiser.Layers(network).ToHashSet(), 1));

        Assert.Equal(1, operators["QuantizeLinear"]);
        Assert.Equal(1, operators["DequantizeLinear"]);
        // A convolution of doubled pixels is four.
        Assert.Equal(network.Graph.Node.Count(node => node.OpType == "Conv") + 3 * 2, operators["QLinearConv"]);
        Assert.DoesNotContain("Relu", operators.Keys);
        Assert.DoesNotContain("Resize", operators.Keys);
        Assert.DoesNotContain("Conv", operators.Keys);
    }

    [Fact]
    public void Run_WithAndWithoutTheSettingForProcessorsWithoutVnni_GivesTheSameBits()
    {
        var bytes = Quantiser.Quantise(network, ranges, Quantiser.Layers(network).ToHashSet(), 1).ToByteArray();
        using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        settings.AddSessionConfigEntry("session.x64quantprecision", "1");
        using var precise = new InferenceSession(bytes, settings);
        using var options = new RunOptions();
        using var run = new NetworkRun(ModelProto.Parser.ParseFrom(bytes));

        foreach (var (values, _) in pictures)
        {
            using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 1, 64, 64]);
            using var results = precise.Run(options, ["x"], [input], ["eps"]);
            Assert.Equal(results[0].GetTensorDataAsSpan<float>(), run.Run(values, 1, 1, 64, 64)[0]);
        }
    }

    [Fact]
    public void Quantise_TheFirstLayerOnPicturesOfEightBits_RoundsNoGreyLevel()
    {
        List<(float[] Values, PictureShape Shape)> levels = [.. Enumerable.Range(0, 4).Select(i => (Enumerable.Range(0, 4096).Select(k => (k * 37 + i * 91) % 256 / 127.5f - 1).ToArray(), new PictureShape(1, 64, 64)))];
        var first = Quantiser.Layers(network)[0];
        var exact = ActivationRanges.Of(network, levels);

        var model = Quantiser.Quantise(network, exact, new HashSet<string> { first }, 1);

        var bytes = model.Clone();
        bytes.Graph.Output.Clear();
        bytes.Graph.Output.Add(OnnxFile.FloatOutput(bytes.Graph.Node.First(node => node.OpType == "DequantizeLinear" && node.Input[0].EndsWith(".u8")).Output[0]));
        using var run = new NetworkRun(bytes);
        foreach (var (values, _) in levels)
            Assert.Equal(256, run.Run(values, 1, 1, 64, 64)[0].Distinct().Count());
    }

    [Fact]
    public void Quantise_AFloatLayerBetweenRoundedOnes_StaysInFloatsInOnnxRuntime()
    {
        var layers = Quantiser.Layers(network);
        var model = Quantiser.Quantise(network, ranges, layers.Except(["denoiser.output_blocks.1.in_conv"]).ToHashSet(), 1);

        // With its ReLU it may be one node.
        var operators = Optimised(model);
        Assert.Equal(1, operators.GetValueOrDefault("Conv") + operators.GetValueOrDefault("FusedConv"));
    }

    private Dictionary<string, int> Optimised(ModelProto model)
    {
        var optimised = Path.Combine(folder, "optimised.onnx");
        _ = OnnxRuntimeLibrary.Location;
        using (var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OptimizedModelFilePath = optimised })
            new InferenceSession(model.ToByteArray(), settings).Dispose();
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimised)).Graph.Node.GroupBy(node => node.OpType).ToDictionary(group => group.Key, group => group.Count());
    }

    private double Error(ModelProto other)
    {
        using NetworkRun expected = new(network), actual = new(other);
        return NetworkError.Of([.. pictures.Select(p => expected.Run(p.Values, 1, 1, 64, 64)[0])], [.. pictures.Select(p => actual.Run(p.Values, 1, 1, 64, 64)[0])]);
    }
}
