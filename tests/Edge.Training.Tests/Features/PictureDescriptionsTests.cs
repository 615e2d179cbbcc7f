using Edge.Features;
using Edge.Onnx;

namespace Edge.Training.Tests.Features;

public sealed class PictureDescriptionsTests
{
    [Fact]
    public void Of_SmallPicture_IsTheMeanOfTheSecondLayerWithLengthOne()
    {
        var picture = TestPictures.Texture(0, 64, 48);
        var graph = new OnnxGraph("layer");
        graph.Output("layer2", Frozen.Backbone.Add(graph, graph.Input("x", "N", 1, "H", "W"), 1)[1], "N", 128, "h", "w");
        using var run = new NetworkRun(graph.ToModel("tests", "0"));
        var means = run.Run(picture.Values, 1, 1, 64, 48)[0].Chunk(8 * 6).Select(channel => channel.Average(value => (double)value)).ToArray();
        var length = Math.Sqrt(means.Sum(mean => mean * mean));

        using var descriptions = new PictureDescriptions(Frozen.Backbone, 1);

        Assert.All(means.Zip(descriptions.Of(picture.Values, picture.Shape)), pair => Assert.Equal(pair.First / length, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(17, 200)]
    [InlineData(600, 16)]
    public void Of_AnySize_HasLengthOne(int height, int width)
    {
        var picture = TestPictures.Texture(0, height, width, channels: 3);
        using var descriptions = new PictureDescriptions(Frozen.Backbone, 3);

        var said = descriptions.Of(picture.Values, picture.Shape);

        Assert.Equal(128, said.Length);
        Assert.Equal(1, said.Sum(value => (double)value * value), 1e-5);
    }
}
