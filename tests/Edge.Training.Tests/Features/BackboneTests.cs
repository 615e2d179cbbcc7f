using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Features;
using Edge.Training.Onnx;

namespace Edge.Training.Tests.Features;

public sealed class BackboneTests
{
    private const int Side = 224;

    // The means over the package's mean picture (ResNetPreprocess.onnx): blue, green, red.
    private static readonly float[] Mean = [103.0626f, 115.9029f, 123.1516f];

    // What ends the first three stages, by the package's names.
    private static readonly string[] Stages = ["ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0"];

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Add_APicture_GivesTheLayersOfThePackagedFile(int channels)
    {
        var levels = Levels(channels);
        var expected = Packaged(levels);

        var actual = Layers([.. levels.Select(level => level / 127.5f - 1)], channels, Side, Side);

        for (var i = 0; i < Stages.Length; i++)
        {
            // 64, 128 and 256 channels at a quarter, an eighth and a sixteenth of the sides.
            Assert.Equal((64 << i) * (56 >> i) * (56 >> i), actual[i].Length);
            Assert.Equal(expected[i].Length, actual[i].Length);
            var most = expected[i].Max();
            Assert.InRange(most, 0.1, float.MaxValue);
            Assert.InRange(expected[i].Zip(actual[i], (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4 * most);
        }
    }

    [Fact]
    public void Add_GreyAsThreeEqualChannels_IsTheSameToTheBit()
    {
        float[] grey = [.. Levels(1).Select(level => level / 127.5f - 1)];

        var alone = Layers(grey, 1, Side, Side);
        var thrice = Layers([.. grey, .. grey, .. grey], 3, Side, Side);

        Assert.Equal(thrice, alone);
    }

    [Fact]
    public void Add_RedAndBlueSwapped_IsAnother()
    {
        float[] picture = [.. Levels(3).Select(level => level / 127.5f - 1)];
        var area = Side * Side;

        var layers = Layers(picture, 3, Side, Side);
        var swapped = Layers([.. picture[(2 * area)..], .. picture[area..(2 * area)], .. picture[..area]], 3, Side, Side);

        Assert.InRange(layers[0].Zip(swapped[0], (a, b) => Math.Abs(a - b)).Max(), 0.01 * layers[0].Max(), float.MaxValue);
    }

    [Fact]
    public void Add_AnyMultipleOfSixteen_HasLayersOfItsSize()
    {
        var layers = Layers(new float[48 * 80], 1, 48, 80);

        Assert.Equal([64 * 12 * 20, 128 * 6 * 10, 256 * 3 * 5], layers.Select(layer => layer.Length));
    }

    [Fact]
    public void Packaged_Layers_AreThoseOfAResNetUpToItsThirdStage()
    {
        Assert.Equal([new("layer1", 64, 4), new("layer2", 128, 8), new("layer3", 256, 16)], Frozen.Backbone.Layers);
        Assert.Equal(["layer2", "layer3"], Frozen.Backbone.Read.Select(layer => layer.Name));
        Assert.Equal(16, Frozen.Backbone.SizeMultiple);
    }

    [Fact]
    public void Packaged_Origin_NamesPackageVersionAndLicence()
    {
        var origin = Frozen.Backbone.Origin;

        Assert.All(["Microsoft.ML.DnnImageFeaturizer.ResNet18", "0.23.1", "MIT", "ImageNet"], word => Assert.Contains(word, origin));
    }

    /// <summary>Waves and noise of 0 to 255, whole levels, another content in every channel.</summary>
    private static float[] Levels(int channels)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, channels * Side * Side).Select(i =>
        {
            var (c, y, x) = (i / (Side * Side), i / Side % Side, i % Side);
            return MathF.Round(Math.Clamp(128 + 70 * MathF.Sin(x * (0.11f + 0.05f * c)) + 50 * MathF.Cos(y * 0.07f * (c + 1)) + 30 * (random.NextSingle() - 0.5f), 0, 255));
        })];
    }

    private static float[][] Layers(float[] picture, int channels, int height, int width)
    {
        var graph = new OnnxGraph("layers");
        var layers = Frozen.Backbone.Add(graph, graph.Input("x", "N", channels, "H", "W"), channels);
        for (var i = 0; i < layers.Count; i++)
            graph.Output(Frozen.Backbone.Layers[i].Name, layers[i], "N", 64 << i, $"H{i}", $"W{i}");
        using var run = new NetworkRun(graph.ToModel("tests", "0"));
        return run.Run(picture, 1, channels, height, width);
    }

    /// <summary>The package's own file with its three stages as outputs. It takes blue, green and red of 0 to 255, less their means.</summary>
    private static float[][] Packaged(float[] levels)
    {
        var area = Side * Side;
        float[] input = [.. Enumerable.Range(0, 3 * area).Select(i => levels[levels.Length == area ? i % area : (2 - i / area) * area + i % area] - Mean[i / area])];
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "backbones", "ResNet18.onnx")));
        model.Graph.Output.Clear();
        foreach (var stage in Stages)
            model.Graph.Output.Add(OnnxFile.FloatOutput(stage));
        using var run = new NetworkRun(model);
        var values = run.Run(input, 1, 3, Side, Side);
        return [.. Stages.Select(stage => values[run.Outputs.ToList().IndexOf(stage)])];
    }
}
