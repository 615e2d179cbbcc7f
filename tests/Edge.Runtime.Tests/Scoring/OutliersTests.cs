using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class OutliersTests
{
    [Fact]
    public void Of_OneFarAboveTheRest_NamesIt() => Assert.Equal([7], Outliers.Of(Scores(99, (7, 50))));

    [Fact]
    public void Of_TwoFarAboveTheRest_NamesBothHighestFirst() => Assert.Equal([30, 7], Outliers.Of(Scores(99, (7, 50), (30, 60))));

    [Fact]
    public void Of_ALongTail_NamesNone() => Assert.Empty(Outliers.Of([.. Enumerable.Range(0, 99).Select(i => (float)-Math.Log(1 - (i + 0.5) / 99))]));

    [Fact]
    public void Of_AsManyAsThreeInAHundred_NamesNone() => Assert.Empty(Outliers.Of(Scores(99, (1, 50), (2, 51), (3, 52), (4, 53))));

    [Fact]
    public void Of_FewPictures_NamesNone() => Assert.Empty(Outliers.Of(Scores(19, (7, 50))));

    /// <summary>4 to 5, but for those named.</summary>
    private static float[] Scores(int count, params (int At, float Score)[] far)
    {
        float[] scores = [.. Enumerable.Range(0, count).Select(i => 4 + (float)i / count)];
        foreach (var (at, score) in far)
            scores[at] = score;
        return scores;
    }
}
