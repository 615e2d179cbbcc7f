using Edge.Runtime;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tests.Data;

public sealed class PictureGroupsTests : IDisposable
{
    private readonly TestPictures pictures = new();

    public void Dispose() => pictures.Dispose();

    [Fact]
    public void Of_AutoWithEightRolls_GroupsByWhatStandsBeforeTheFirstUnderscore()
    {
        string[] names = [.. Enumerable.Range(0, 24).Select(i => $"{i / 3:D4}_x{i}.png")];

        Assert.Equal(names.Select(n => n[..4]), PictureGroups.ByName(names, PictureGroups.Auto));
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(12, 2)]
    public void Of_AutoWithFewOrSmallGroups_MakesNone(int groups, int each) =>
        Assert.Null(PictureGroups.ByName([.. Enumerable.Range(0, groups * each).Select(i => $"{i / each}_{i}.png")], PictureGroups.Auto));

    [Fact]
    public void Of_AutoWithNamesWithoutPrefix_MakesNone() =>
        Assert.Null(PictureGroups.ByName([.. Enumerable.Range(0, 40).Select(i => $"{i}.png")], PictureGroups.Auto));

    [Fact]
    public void Of_Expression_TakesItsMatch() =>
        Assert.Equal(["r1", "r1", "r2", "r3"], PictureGroups.ByName(["a-r1.png", "b-r1.png", "c-r2.png", "d-r3.png"], "r[0-9]"));

    [Fact]
    public void Of_ExpressionThatMissesAName_NamesIt() =>
        Assert.Contains("b.png", Assert.Throws<ArgumentException>(() => PictureGroups.ByName(["r1.png", "b.png"], "r[0-9]")).Message);

    [Fact]
    public void Of_NoExpression_IsRefused() => Assert.Throws<ArgumentException>(() => PictureGroups.ByName(["a.png"], "("));

    [Fact]
    public void Of_TwoGroups_AreTooFew() => Assert.Throws<PictureException>(() => PictureGroups.ByName(["r1.png", "r2.png"], "r[0-9]"));

    [Fact]
    public void Load_Groups_HoldsOutWholeOnes()
    {
        var folder = pictures.Write(30);
        string[] paths = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        for (var i = 0; i < paths.Length; i++)
            File.Move(paths[i], Path.Combine(folder, $"{i / 3:D4}_{i}{Path.GetExtension(paths[i])}"));

        var set = PictureSet.Load(folder, null, new FitOptions { Size = 0, HoldOut = 10, Groups = PictureGroups.Auto });

        // Four groups of three are the fewest that hold ten.
        Assert.Equal((12, 4, 18), (set.HeldOut.Count, set.HeldOutGroups, set.Training.Count));
        Assert.Empty(set.HeldOut.Select(Roll).Intersect(set.Training.Select(Roll)));
        Assert.Equal(0, PictureSet.Load(folder, null, new FitOptions { Size = 0, HoldOut = 10, Groups = PictureGroups.None }).HeldOutGroups);

        static string Roll(TrainingPicture picture) => Path.GetFileName(picture.Path)[..4];
    }
}
