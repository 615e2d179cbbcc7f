using Edge.Runtime;
using Edge.Training.Data;

namespace Edge.Training.Tests.Data;

public sealed class PictureSplitTests
{
    // Half of the pictures; where half allows it as many as 99 and the fifth that fits; then a fifth of all, and never more than 400.
    [Theory]
    [InlineData(20, 10, 5, 5)]
    [InlineData(40, 20, 15, 5)]
    [InlineData(150, 75, 60, 15)]
    [InlineData(166, 83, 67, 16)]
    [InlineData(246, 123, 99, 24)]
    [InlineData(500, 123, 99, 24)]
    [InlineData(720, 144, 116, 28)]
    [InlineData(10_000, 400, 368, 32)]
    public void Of_PicturesOfTheirOwn_HoldsOutWhatOnePercentNeedsUpToHalf(int pictures, int heldOut, int calibration, int fitting)
    {
        var parts = PictureSplit.Of([.. Enumerable.Range(0, pictures)], null);

        Assert.Equal((pictures - heldOut, fitting, calibration), Counts(parts));
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(60, 12)]
    [InlineData(99, 19)]
    public void Of_HoldOutAsked_IsObeyed(int holdOut, int fitting) =>
        Assert.Equal((100 - holdOut, fitting, holdOut - fitting), Counts(PictureSplit.Of([.. Enumerable.Range(0, 100)], holdOut)));

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    public void Of_HoldOutThatLeavesAPartEmpty_SaysWhatIsNeeded(int holdOut) =>
        Assert.Contains($"--hold-out {holdOut}", Assert.Throws<PictureException>(() => PictureSplit.Of([.. Enumerable.Range(0, 100)], holdOut)).Message);

    [Fact]
    public void Of_Groups_HoldsOutNoMoreThanWantedAndOneGroup()
    {
        for (var size = 1; size <= 12; size++)
            for (var wanted = 24; wanted <= 60; wanted += 6)
            {
                int[] groups = [.. Enumerable.Range(0, 120).Select(i => i / size)];
                var (training, fitting, calibration) = Counts(PictureSplit.Of(groups, wanted));

                Assert.InRange(fitting + calibration, wanted, wanted + size - 1);
                Assert.InRange(fitting, 5, Math.Max(wanted / 5 + size - 1, 5 + size));
                Assert.Equal(120, training + fitting + calibration);
            }
    }

    [Fact]
    public void Of_PlacesInSixExposures_HoldsOutGroupsForOnePercentUpToHalf()
    {
        // 99 groups of six and those that fit are more than half of 720 pictures.
        int[] groups = [.. Enumerable.Range(0, 720).Select(i => i / 6)];
        var parts = PictureSplit.Of(groups, null);

        Assert.Equal(360, parts.Count(p => p == SplitPart.Training));
        Assert.Equal(5 * 6, parts.Count(p => p == SplitPart.Fitting));
        Assert.Equal(55, groups.Where((_, i) => parts[i] == SplitPart.Calibration).Distinct().Count());
    }

    [Fact]
    public void Of_TwoGroups_AreTooFew() =>
        Assert.Contains("2 groups", Assert.Throws<PictureException>(() => PictureSplit.Of([.. Enumerable.Range(0, 40).Select(i => i % 2)], null)).Message);

    [Fact]
    public void OfHeldOut_Groups_ShareNone()
    {
        int[] groups = [.. Enumerable.Range(0, 60).Select(i => i / 4)];
        var parts = PictureSplit.OfHeldOut(groups);

        Assert.Equal((0, 12, 48), Counts(parts));
        Assert.All(groups.Zip(parts).GroupBy(p => p.First), g => Assert.Single(g.Select(p => p.Second).Distinct()));
    }

    private static (int Training, int Fitting, int Calibration) Counts(SplitPart[] parts) =>
        (parts.Count(p => p == SplitPart.Training), parts.Count(p => p == SplitPart.Fitting), parts.Count(p => p == SplitPart.Calibration));
}
