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
}
