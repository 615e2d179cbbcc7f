using Edge.Bench.Speed;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Bench.Tests.Speed;

public sealed class PeerTests
{
    [Fact]
    public void PeerNetwork_Base32_HasThePublishedParametersAndMultiplications()
    {
        var model = new PeerNetwork().ToModel();
        var weights = model.Graph.Initializer.Where(tensor => tensor.DataType == TensorProto.Types.DataType.Float);
        var parameters = weights.Sum(tensor => OnnxFile.Floats(tensor).Length);
        Assert.Equal(8.3, Math.Round(parameters * 1e-6, 1));

        var folder = Directory.CreateTempSubdirectory("edge-peer-test-");
        try
        {
            // Nodes as the file has them: optimised ones count channels that are there for the processor's sake alone.
            using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, ProfileOutputPathPrefix = Path.Combine(folder.FullName, "trace") };
            options.EnableProfiling = true;
            using (var session = new InferenceSession(model.ToByteArray(), options))
            {
                const int Side = 256;
                using var run = new RunOptions();
                using var x = OrtValue.CreateTensorValueFromMemory(new float[PeerNetwork.Channels * Side * Side], [1, PeerNetwork.Channels, Side, Side]);
                using var t = OrtValue.CreateTensorValueFromMemory([100f], [1]);
                using var results = session.Run(run, ["x", "t"], [x, t], ["eps"]);
                Assert.Equal([1, PeerNetwork.Channels, Side, Side], results[0].GetTensorTypeAndShape().Shape);
                Assert.DoesNotContain(results[0].GetTensorDataAsSpan<float>().ToArray(), value => !float.IsFinite(value));
            }
            using var trace = folder.GetFiles().Single().OpenRead();
            var multiplications = NodeTrace.Read(trace, 1, 1, new Dictionary<string, long[]>()).Sum(node => node.Operations) / 2;
            Assert.Equal(18.3, Math.Round(multiplications * 1e-9, 1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void PeerBundle_Opened_TakesTenEvaluations()
    {
        using var peer = new PeerBundle();
        var manifest = Runtime.Bundles.Bundle.Load(peer.Folder);

        Assert.Equal(10, manifest.Profile(PeerBundle.ProfileName).Evaluations);
    }
}
