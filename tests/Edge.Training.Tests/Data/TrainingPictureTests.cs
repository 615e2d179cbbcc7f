using Edge.Runtime.Diffusion;
using Edge.Training.Data;

namespace Edge.Training.Tests.Data;

public sealed class TrainingPictureTests
{
    private const int Side = 16;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Warp_NotTurnedNorScaled_IsTheCrop(bool vertical, bool horizontal)
    {
        var picture = TestPictures.Texture(0);
        var (crop, warped) = (new float[Side * Side], new float[Side * Side]);

        picture.Crop(Side, 5, 9, vertical, horizontal, crop);
        picture.Warp(Side, 5, 9, vertical, horizontal, 0, 1, warped);

        Assert.All(crop.Zip(warped), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public void Warp_QuarterTurn_TurnsRowsIntoColumns()
    {
        var warped = new float[Side * Side];
        Ramp().Warp(Side, 8, 8, false, false, Math.PI / 2, 1, warped);

        // Brightness rose to the right by 0.01 a pixel; now it changes down the rows, and not along them.
        for (var i = 0; i < Side - 1; i++)
        {
            Assert.Equal(0, warped[i + 1] - warped[i], 1e-4);
            Assert.Equal(0.01, Math.Abs(warped[(i + 1) * Side] - warped[i * Side]), 1e-4);
        }
    }

    [Fact]
    public void Warp_Enlarged_HasHalfTheSlopeAndTheSameMiddle()
    {
        var (crop, warped) = (new float[Side * Side], new float[Side * Side]);
        Ramp().Crop(Side, 8, 8, false, false, crop);
        Ramp().Warp(Side, 8, 8, false, false, 0, 2, warped);

        Assert.Equal(0.005, warped[1] - warped[0], 1e-4);
        Assert.Equal(crop.Average(), warped.Average(), 1e-4);
    }

    [Fact]
    public void Warp_BeyondTheRim_GoesOnAsTheMirrorImage()
    {
        var warped = new float[Side * Side];
        Ramp().Warp(Side, 0, 0, false, false, 0, 0.5, warped);

        // At half the size the first column lies 7.5 pixels left of the picture, where its pixels 7 and 8 are again.
        Assert.Equal(0.075, warped[0], 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Values_WholeLevelsOfAPicture_AreExactAndTakeNoMoreBytesThanInTheFile(int bytes)
    {
        var (levels, shape) = (bytes == 1 ? 255f : 65535f, new PictureShape(1, 16, 256));
        float[] values = [.. Enumerable.Range(0, shape.Length).Select(i => 16 * i % ((int)levels + 1) / (levels / 2) - 1)];
        values[^1] = 12_345 % (int)levels / (levels / 2) - 1;

        var picture = new TrainingPicture("p", shape, values);

        Assert.Equal(values, picture.Values);
        Assert.Equal(bytes * shape.Length, picture.MemoryBytes);
    }

    [Fact]
    public void Values_OfNoWholeLevel_AreRoundedToSixteenBits()
    {
        float[] values = [.. Enumerable.Range(0, 256).Select(i => MathF.Sin(i))];

        var picture = new TrainingPicture("p", new PictureShape(1, 16, 16), values);

        Assert.All(values.Zip(picture.Values), p => Assert.Equal(p.First, p.Second, 1.6e-5));
        Assert.Equal(512, picture.MemoryBytes);
    }

    /// <summary>32 x 32, 0 on the left, 0.01 more each pixel.</summary>
    private static TrainingPicture Ramp() => new("ramp", new PictureShape(1, 32, 32), [.. Enumerable.Range(0, 32 * 32).Select(i => 0.01f * (i % 32))]);
}
