using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;

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
        Assert.False(AlikePictures.LieAlike([Place(1, 0, 60), Place(1, 0, 90)]));
        Assert.False(AlikePictures.LieAlike([Place(1, 0)]));
    }

    [Fact]
    public void LieAlike_SizesThatDifferByAFewPixels_IsAskedOfTheContent() =>
        Assert.True(AlikePictures.LieAlike([.. Enumerable.Range(0, 10).Select(i => Place(1, 0, 60 + i % 3))]));

    [Fact]
    public void Groups_PicturesOfNothing_AreApart()
    {
        var shape = new PictureShape(1, 40, 40);

        Assert.Equal(3, AlikePictures.Groups([.. Enumerable.Range(0, 3).Select(i => new TrainingPicture($"{i}.png", shape, new float[shape.Length]))]).Distinct().Count());
    }

    [Fact]
    public void Groups_OtherSizes_AreApart() => Assert.Equal(2, AlikePictures.Groups([Place(1, 0, 60), Place(1, 0, 90)]).Distinct().Count());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Groups_AlignedPartsWithPlay_HalfIsTrainedOnAndNearlyEveryPictureIsADrawOfItsOwn(bool wholePixels)
    {
        TrainingPicture[] pictures = [.. Enumerable.Range(0, 150).Select(i => Part(0, i, wholePixels))];

        var (groups, parts) = Split(pictures);

        // Of 150 half may be held out: a fifth of 75 fit, the others calibrate.
        Assert.Equal((75, 15, 60), (parts.Count(p => p == SplitPart.Training), parts.Count(p => p == SplitPart.Fitting), parts.Count(p => p == SplitPart.Calibration)));
        Assert.InRange(groups.Distinct().Count(), 140, 150);
    }

    [Theory]
    [InlineData(3, 50)]
    [InlineData(6, 25)]
    public void Groups_ProductVariants_AreInAllPartsOfTheSplit(int variants, int each)
    {
        TrainingPicture[] pictures = [.. Enumerable.Range(0, variants * each).Select(i => Part(i / each, i, wholePixels: false))];

        var (_, parts) = Split(pictures);

        Assert.InRange(parts.Count(p => p == SplitPart.Training), 70, 80);
        for (var variant = 0; variant < variants; variant++)
            Assert.Equal(3, parts.Skip(variant * each).Take(each).Distinct().Count());
    }

    [Theory]
    [InlineData(30, 5)]
    [InlineData(8, 5)]
    [InlineData(120, 6)]
    public void Groups_ExposuresOfOnePlace_StayTogether(int places, int exposures)
    {
        TrainingPicture[] pictures = [.. Enumerable.Range(0, places * exposures).Select(i => Noisy(Place(i / exposures, light: i % exposures % 3, height: 60 + i % 2), i))];

        var (groups, parts) = Split(pictures);

        Assert.Equal(places, groups.Distinct().Count());
        for (var place = 0; place < places; place++)
            Assert.Single(parts.Skip(place * exposures).Take(exposures).Distinct());
        var heldOut = parts.Count(p => p != SplitPart.Training);
        Assert.InRange(heldOut, pictures.Length / 2 - exposures, pictures.Length / 2);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(40)]
    public void Groups_Fabric_EveryPictureIsOnItsOwn(int count) =>
        Assert.Equal(count, AlikePictures.Groups([.. Enumerable.Range(0, count).Select(i => Noisy(Place(i, 0), i))]).Distinct().Count());

    [Fact]
    public void Groups_AChainOfPicturesThatOverlap_IsNotOneGroup()
    {
        // A window that moves on by a third: neighbours overlap, the ends share nothing.
        TrainingPicture[] chain = [.. Enumerable.Range(0, 12).Select(i => Window(20 * i)), .. Enumerable.Range(100, 60).Select(i => Place(i, 0))];

        var groups = AlikePictures.Groups(chain);

        Assert.NotEqual(groups[0], groups[11]);
        Assert.InRange(groups.Take(12).CountBy(g => g).Max(g => g.Value), 1, 3);
    }

    /// <summary>The groups of pictures and their parts by the default split, in the pictures' order.</summary>
    private static (int[] Groups, SplitPart[] Parts) Split(TrainingPicture[] pictures)
    {
        int[] order = [.. Enumerable.Range(0, pictures.Length)];
        new Draws(0, 1).Shuffle(order.AsSpan());
        var groups = AlikePictures.Groups([.. order.Select(i => pictures[i])]);
        var parts = PictureSplit.Of(groups, null);
        // Whatever the order, no group is in two parts.
        Assert.All(groups.Zip(parts).GroupBy(p => p.First), g => Assert.Single(g.Select(p => p.Second).Distinct()));
        return ([.. order.Index().OrderBy(p => p.Item).Select(p => groups[p.Index])], [.. order.Index().OrderBy(p => p.Item).Select(p => parts[p.Index])]);
    }

    /// <summary>A picture of a part that lies with a play of 0.8 pixels each way in its fixture, with noise.</summary>
    private static TrainingPicture Part(int variant, int index, bool wholePixels)
    {
        var (part, shape, play) = (Place(1000 + variant, 0).Values, new PictureShape(1, 60, 60), new float[2]);
        PhiloxNoise.Fill(play, 21, (ulong)index);
        var (dy, dx) = (0.8f * play[0], 0.8f * play[1]);
        if (wholePixels)
            (dy, dx) = (MathF.Round(dy), MathF.Round(dx));
        var values = new float[shape.Length];
        for (var y = 0; y < 60; y++)
            for (var x = 0; x < 60; x++)
            {
                var (py, px) = (Math.Clamp(y + dy, 0, 58.999f), Math.Clamp(x + dx, 0, 58.999f));
                var (y0, x0) = ((int)py, (int)px);
                values[y * 60 + x] = float.Lerp(float.Lerp(part[y0 * 60 + x0], part[y0 * 60 + x0 + 1], px - x0),
                    float.Lerp(part[(y0 + 1) * 60 + x0], part[(y0 + 1) * 60 + x0 + 1], px - x0), py - y0);
            }
        return Noisy(new TrainingPicture($"part_{variant}_{index}.png", shape, values), index);
    }

    /// <summary>A camera's noise of 1 % of the range.</summary>
    private static TrainingPicture Noisy(TrainingPicture picture, int index)
    {
        var noise = new float[picture.Shape.Length];
        PhiloxNoise.Fill(noise, 31, (ulong)index);
        return new TrainingPicture(picture.Path, picture.Shape, [.. picture.Values.Zip(noise, (v, e) => v + 0.02f * e)]);
    }

    /// <summary>60 columns, from one on, of a long strip of random blocks.</summary>
    private static TrainingPicture Window(int left)
    {
        var blocks = new float[10 * 60];
        PhiloxNoise.Fill(blocks, 41, 0);
        float[] values = [.. Enumerable.Range(0, 60 * 60).Select(i => 0.2f * Math.Clamp(blocks[i / 60 / 6 * 60 + (left + i % 60) / 6], -2, 2))];
        return new TrainingPicture($"window_{left}.png", new PictureShape(1, 60, 60), values);
    }

    /// <summary>Pictures of one part, each with something of its own.</summary>
    private static TrainingPicture[] Parts(float shared, float own) => [.. Enumerable.Range(0, 20).Select(i =>
    {
        var (part, other) = (Place(99, 0), Place(i, 0));
        return new TrainingPicture(other.Path, part.Shape, [.. part.Values.Zip(other.Values, (p, o) => shared * p + own * o)]);
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
