using Edge.Runtime;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Inference;
using Edge.Training.Networks;
using Edge.Training.Onnx;
using Google.Protobuf;

namespace Edge.Training.Tests.Onnx;

public sealed class FixedTimestepTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-fixed-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1, 4, 8)]
    [InlineData(1, 2, 100)]
    [InlineData(3, 1, 25)]
    public void Of_ATimestep_AnswersAsTheGeneralNetworkDoes(int channels, int unshuffle, int t)
    {
        var general = Save(new UNetOptions { Channels = channels, Base = 16, Unshuffle = unshuffle });

        File.WriteAllBytes(Path.Combine(folder, "fixed.onnx"), FixedTimestep.Of(general, t).ToByteArray());

        var options = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        using var all = OnnxDenoiser.Open(Path.Combine(folder, UNetExporter.EpsFile), options);
        using var one = OnnxDenoiser.Open(Path.Combine(folder, "fixed.onnx"), options);
        var picture = TestPictures.Texture(0, 96, 64, channels);
        float[] expected = new float[picture.Shape.Length], actual = new float[picture.Shape.Length];
        all.Predict(picture.Values, [t], picture.Shape, expected);
        one.Predict(picture.Values, [t], picture.Shape, actual);
        Assert.Equal(t, one.Timestep);
        var most = expected.Max(Math.Abs);
        Assert.True(most > 0.01, "The network's answer is all but nothing.");
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4 * most));
        Assert.Throws<ArgumentException>(() => one.Predict(picture.Values, [t + 1f], picture.Shape, actual));
    }

    [Fact]
    public void Of_ATimestep_LeavesNothingOfTimeAndNormalisation()
    {
        var graph = FixedTimestep.Of(Save(new UNetOptions { Base = 16 }), 25).Graph;

        Assert.Equal(["x"], graph.Input.Select(input => input.Name));
        Assert.Empty(graph.Node.Select(node => node.OpType).Except(["SpaceToDepth", "Conv", "Relu", "Add", "Concat", "Resize", "DepthToSpace", "Identity"]));
        // A sum a block; what scaled and shifted channels is gone.
        Assert.Equal(6, graph.Node.Count(node => node.OpType == "Add"));
    }

    private ModelProto Save(UNetOptions options)
    {
        using var networks = RandomNetwork.Of(options);
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        UNetExporter.Save(networks, folder, weights, new Dictionary<string, string> { ["edge.size_multiple"] = $"{options.SizeMultiple}" }, "test");
        weights.Save(folder);
        return OnnxFile.Read(Path.Combine(folder, UNetExporter.EpsFile));
    }
}
