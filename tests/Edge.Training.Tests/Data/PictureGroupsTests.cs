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
    public void Of_TwoNamesOfOneContent_AreOneGroupByAnyRule()
    {
        var folder = pictures.Write(20);
        File.Copy(Path.Combine(folder, "texture_03.png"), Path.Combine(folder, "another.png"));

        foreach (var rule in new[] { PictureGroups.None, PictureGroups.Alike, "[0-9a]." })
        {
            var set = PictureSet.Load(folder, null, new FitOptions { Size = 0, Groups = rule });
            var copies = new[] { set.Training, set.Fitting, set.Calibration }.Select(part => part.Count(p => Path.GetFileName(p.Path) is "another.png" or "texture_03.png"));
            Assert.Contains(2, copies);
        }
    }

    [Fact]
    public void Load_Groups_HoldsOutWholeOnes()
    {
        var folder = pictures.Write(30);
        string[] paths = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        for (var i = 0; i < paths.Length; i++)
            File.Move(paths[i], Path.Combine(folder, $"{i / 3:D4}_{i}{Path.GetExtension(paths[i])}"));

        var set = PictureSet.Load(folder, null, new FitOptions { Size = 0, HoldOut = 10, Groups = PictureGroups.Auto });

        // Four groups of three are the fewest that hold ten; two of them are the fewest that hold five.
        Assert.Equal((18, 6, 6), (set.Training.Count, set.Fitting.Count, set.Calibration.Count));
        Assert.Empty(set.HeldOut.Select(Roll).Intersect(set.Training.Select(Roll)));
        Assert.Empty(set.Fitting.Select(Roll).Intersect(set.Calibration.Select(Roll)));
        Assert.Equal(set.Calibration.Select(Roll).Distinct().Count(), set.CalibrationGroups.Distinct().Count());
        Assert.Equal(1 / 3.0, set.LeastAlpha);
        Assert.Equal(1 / 6.0, PictureSet.Load(folder, null, new FitOptions { Size = 0, HoldOut = 10, Groups = PictureGroups.None }).LeastAlpha);

        static string Roll(TrainingPicture picture) => Path.GetFileName(picture.Path)[..4];
    }
}
