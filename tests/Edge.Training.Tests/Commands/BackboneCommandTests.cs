using Edge.CommandLine;
using Edge.Onnx;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Training.Commands;
using Edge.Training.Onnx;

namespace Edge.Training.Tests.Commands;

public sealed class BackboneCommandTests : IDisposable
{
    private readonly TestPictures pictures = new();
    private readonly string work = Directory.CreateTempSubdirectory("edge-backbone-tests-").FullName;

    public void Dispose()
    {
        pictures.Dispose();
        Directory.Delete(work, recursive: true);
    }

    [Fact]
    public async Task Backbone_AfterAFit_AddsAProfileThatInspects()
    {
        var (place, first, second) = (Path.Combine(work, "weave"), Network("first.onnx", 1), Network("second.onnx", 2));
        Assert.Equal(0, (await Run("fit", "--data", pictures.Write(20, 64, 64), "--out", place, "--steps", "2", "--base", "16", "--crop", "64", "--batch", "2")).Code);
        var before = Files(place);

        // What cannot be used leaves the bundle to the byte as it was.
        await Refused(3, "steps", "--out", place, "--onnx", first, "--layer", "absent");
        await Refused(3, "values", "--out", place, "--onnx", first, "--layer", "steps", "--mean", "0.5", "--deviation", "0.5");
        await Refused(3, "network.backbone.deviation", "--out", place, "--onnx", first, "--layer", "steps", "--deviation", "1,1,0");
        await Refused(2, "'red'", "--out", place, "--onnx", first, "--layer", "steps", "--mean", "red");
        await Refused(2, "t3", "--out", place, "--onnx", first, "--layer", "steps", "--name", "t3");
        await Refused(2, "letters", "--out", place, "--onnx", first, "--layer", "steps", "--name", "../t3");
        await Refused(2, "no such folder", "--out", place, "--onnx", first, "--layer", "steps", "--data", Path.Combine(work, "none"));
        Assert.Equal(before, Files(place));

        foreach (var network in new[] { first, second })
        {
            Assert.Equal(0, (await Run("backbone", "--out", place, "--onnx", network, "--layer", "steps")).Code);

            var bundle = Bundle.Load(place);
            var (profile, guided) = (bundle.Profile("backbone"), bundle.Profile("guided"));
            Assert.Equal(["steps"], profile.Reconstruction!.BackboneFeatures);
            Assert.Equal(guided.Reconstruction!.Sampler, profile.Reconstruction.Sampler);
            Assert.Equal(guided.Calibration.Scores.Count, profile.Calibration.Scores.Count);
            Assert.Equal(File.ReadAllBytes(network), File.ReadAllBytes(Path.Combine(place, bundle.Manifest.Network.Backbone!.File.Path)));
            Assert.Equal(before.Count + 2, Files(place).Count);
            foreach (var name in bundle.ProfileNames)
                Assert.All(GoldenSamples.Check(bundle, name, new InferenceOptions { Provider = ExecutionProvider.Cpu }), score => Assert.True(score.Agrees, name));
        }

        await Refused(2, "--name backbone", "--out", place, "--onnx", first, "--layer", "steps", "--name", "other");
        File.Delete(Path.Combine(place + ".training", "held_out.txt"));
        await Refused(2, "--data", "--out", place, "--onnx", first, "--layer", "steps");
    }

    /// <summary>The absolute steps to the right and downwards, and the picture itself, times a number.</summary>
    private string Network(string name, float strength)
    {
        var weights = new float[3 * 3 * 9];
        weights[4] = strength;
        (weights[27 + 4], weights[27 + 5]) = (-strength, strength);
        (weights[54 + 4], weights[54 + 7]) = (-strength, strength);
        var graph = new OnnxGraph("steps");
        var picture = graph.Input("image", "N", 3, "H", "W");
        var steps = graph.Node("Conv", [picture, graph.Constant<float>("w", weights, 3, 3, 3, 3)], ("pads", new[] { 1, 1, 1, 1 }));
        graph.Output("steps", graph.Node("AveragePool", [graph.Node("Abs", [steps])], ("kernel_shape", new[] { 4, 4 }), ("strides", new[] { 4, 4 })), "N", 3, "h", "w");
        var path = Path.Combine(work, name);
        OnnxFile.Write(path, graph.ToModel("tests", "0"));
        return path;
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    private static async Task Refused(int code, string says, params string[] arguments)
    {
        var (actual, error) = await Run(["backbone", .. arguments]);
        Assert.Equal(code, actual);
        Assert.Contains(says, error);
    }

    private static async Task<(int Code, string Error)> Run(params string[] arguments)
    {
        var error = new StringWriter();
        return (await CommandHost.Run(TrainingProgram.Root(), arguments, TextWriter.Null, error), error.ToString());
    }
}
