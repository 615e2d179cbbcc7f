using Edge.Runtime.Diffusion;
using Edge.Training.Data;

namespace Edge.Training.Tests.Data;

public sealed class AlikePicturesTests
{
    [Fact]
    public void Groups_ThreeExposuresOfEachOfFivePlaces_FindsThePlaces()
    {
        TrainingPicture[] pictures = [.. Enumerable.Range(0, 15).Select(i => Place(i / 3, light: i % 3, height: 60 + i % 3))];

        var groups = AlikePictures.Groups(pictures);

        Assert.Equal(5, groups.Distinct().Count());
        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(groups[i / 3 * 3], groups[i]));
    }

    [Fact]
    public void Groups_DifferentPlaces_AreApart() =>
        Assert.Equal(20, AlikePictures.Groups([.. Enumerable.Range(0, 20).Select(i => Place(i, 0))]).Distinct().Count());

    [Fact]
    public void Groups_OnePartOfWhichEveryPictureDiffersALittle_AreApart()
    {
        // What all pictures have in common says nothing of any two.
        Assert.Equal(20, AlikePictures.Groups(Parts(0.8f, 0.1f)).Distinct().Count());
    }

    [Theory]
    [InlineData(0.8f, 0.1f, true)]
    // Two share two thirds of what either shows, then a tenth.
    [InlineData(0.5f, 0.35f, true)]
    [InlineData(0.1f, 0.3f, false)]
    [InlineData(0, 1, false)]
    public void LieAlike_PartsThatDiffer_AsLongAsTheyShareEnough(float shared, float own, bool expected) => Assert.Equal(expected, AlikePictures.LieAlike(Parts(shared, own)));

    [Fact]
    public void LieAlike_OtherSizesOrOnePicture_IsNo()
    {
        Assert.False(AlikePictures.LieAlike([Place(1, 0, 60), Place(1, 0, 61)]));
        Assert.False(AlikePictures.LieAlike([Place(1, 0)]));
    }

    [Fact]
    public void Groups_PicturesOfNothing_AreApart()
    {
        var shape = new PictureShape(1, 40, 40);

        Assert.Equal(3, AlikePictures.Groups([.. Enumerable.Range(0, 3).Select(i => new TrainingPicture($"{i}.png", shape, new float[shape.Length]))]).Distinct().Count());
    }

    [Fact]
    public void Groups_OtherSizes_AreApart() => Assert.Equal(2, AlikePictures.Groups([Place(1, 0, 60), Place(1, 0, 90)]).Distinct().Count());

    /// <summary>Pictures of one part, each with something of its own.</summary>
    private static TrainingPicture[] Parts(float shared, float own) => [.. Enumerable.Range(0, 20).Select(i =>
    {
        var (part, other) = (Place(99, 0), Place(i, 0));
        return part with { Values = [.. part.Values.Zip(other.Values, (p, o) => shared * p + own * o)] };
    })];

    /// <summary>Random blocks of 6 x 6 pixels, in one of three lights.</summary>
    private static TrainingPicture Place(int seed, int light, int height = 60)
    {
        var shape = new PictureShape(1, height, 60);
        var blocks = new float[400];
        PhiloxNoise.Fill(blocks, 11, (ulong)seed);
        float[] values = [.. Enumerable.Range(0, shape.Pixels).Select(i => (0.2f + 0.1f * light) * Math.Clamp(blocks[i / 60 / 6 * 20 + i % 60 / 6], -2, 2) / 2 - 0.1f * light + 0.002f * light * (i % 60))];
        return new TrainingPicture($"{seed}_{light}.png", shape, values);
    }
}
