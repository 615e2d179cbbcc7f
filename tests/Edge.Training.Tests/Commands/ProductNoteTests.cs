using Edge.Runtime.Diffusion;
using Edge.Training.Commands;
using Edge.Training.Data;

namespace Edge.Training.Tests.Commands;

public sealed class ProductNoteTests
{
    [Fact]
    public void Of_TwoProducts_SaysHowManyAndNamesThree()
    {
        TrainingPicture[] pictures = [.. Weaves(40), .. Enumerable.Range(0, 5).Select(Stone)];

        var note = Assert.Single(ProductNote.Of(pictures, default));

        Assert.Contains("of 45 looked at, 40 are of one kind and 5 of another (stone_0.png, stone_1.png, stone_2.png, ...)", note);
        Assert.Contains("train a bundle for each", note);
    }

    [Fact]
    public void Of_OneProduct_SaysNothing() => Assert.Empty(ProductNote.Of(Weaves(40), default));

    [Fact]
    public void Of_Stopped_Ends() =>
        Assert.Throws<OperationCanceledException>(() => ProductNote.Of(Weaves(20), new CancellationToken(true)));

    private static TrainingPicture[] Weaves(int count) => [.. Enumerable.Range(0, count).Select(i => TestPictures.Texture(i))];

    /// <summary>Another product: smooth blotches, brighter than the weave.</summary>
    private static TrainingPicture Stone(int index)
    {
        var shape = new PictureShape(1, 48, 48);
        var (noise, smooth) = (new float[shape.Pixels], new float[shape.Pixels]);
        PhiloxNoise.Fill(noise, 9, (ulong)index);
        var filter = new GaussianFilter(3);
        filter.Apply(noise, smooth, new float[filter.ScratchLength(shape.Width)], shape.Width, shape.Height);
        return new TrainingPicture($"stone_{index}.png", shape, [.. smooth.Select(value => Math.Clamp(0.3f + 4 * value, -1, 1))]);
    }
}
