using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tests.Data;

public sealed class SyntheticDefectsTests
{
    public static TheoryData<int> Kinds => [.. Enum.GetValues<DefectKind>().Select(k => (int)k)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Paint_AnyKind_ChangesTheMaskedPlaceAndHardlyAnyOther(int kind)
    {
        var picture = TestPictures.Texture(2, 96, 96);
        var draws = new Draws(1, 2);

        var (values, mask) = SyntheticDefects.Paint(picture, (DefectKind)kind, ref draws);

        Assert.InRange(mask.Count(m => m), 12, 96 * 96 / 4);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(mask[i], Math.Abs(values[i] - picture.Values[i]) >= 0.08f);
        Assert.All(values, v => Assert.InRange(v, -1, 1));
    }

    [Fact]
    public void Paint_SameDraws_IsTheSame()
    {
        var picture = TestPictures.Texture(2, 96, 96);
        var (a, b) = (new Draws(4, 9), new Draws(4, 9));

        Assert.Equal(SyntheticDefects.Paint(picture, DefectKind.Foreign, ref a).Values, SyntheticDefects.Paint(picture, DefectKind.Foreign, ref b).Values);
    }

    [Theory]
    [InlineData((int)DefectKind.Scratch)]
    [InlineData((int)DefectKind.Spot)]
    [InlineData((int)DefectKind.Brightness)]
    public void Paint_InColour_ChangesBrightnessAndHue(int kind)
    {
        var shape = new PictureShape(3, 64, 64);
        var picture = new TrainingPicture("p", shape, new float[shape.Length]);
        var (together, apart) = (0, 0);
        for (var i = 0UL; i < 200; i++)
        {
            var draws = new Draws(5, i);
            var (values, _) = SyntheticDefects.Paint(picture, (DefectKind)kind, ref draws);
            var changes = values.Chunk(shape.Pixels).Select(c => c.Sum()).ToArray();
            if (changes.Max() > 0.1 && changes.Min() < -0.1)
                apart++;
            else
                together++;
        }

        // Half are tinted; of three factors drawn evenly three quarters are not of one sign.
        Assert.InRange(apart, 50, 100);
        Assert.InRange(together, 100, 150);
    }
}
