using Edge.Runtime.Bundles;
using Edge.Training.Data;
using Edge.Training.Tuning;

namespace Edge.Training.Tests.Tuning;

public sealed class ChoiceTests
{
    [Theory]
    // 6 of 6 pictures they disagree on: 1 in 64 by chance. 5 of 5: 1 in 32, too often.
    [InlineData(0.50, 0.56, 1, 1)]
    [InlineData(0.50, 0.55, 1.2, 0)]
    [InlineData(0.60, 0.40, 3, 0)]
    // As many, and the median defect reaches half as far again.
    [InlineData(0.06, 0.05, 1.6, 1)]
    public void Of_ASecond_MustFindMoreOrReachFurther(double first, double second, double margin, int expected)
    {
        Outcome[] outcomes = [Made(first, 3), Made(second, 1) with { Margin = margin }];

        Assert.Same(outcomes[expected], Choice.Of("reading", outcomes).Chosen);
    }

    [Fact]
    public void Of_SixPicturesMore_CountWhereNothingElseDiffers()
    {
        var most = Made(0.60, 1);
        // The same pictures but for six: by chance 1 in 64.
        Assert.Same(most, Choice.Of("score", [Made(0.54, 1), most]).Chosen);
        // Others: 46 and 40 that only one of them finds, as even chances may give.
        var others = Made(0.54, 1) with { Found = [.. Enumerable.Range(0, 100).Select(i => i >= 46)] };
        Assert.Same(others, Choice.Of("score", [others, most]).Chosen);
    }

    [Fact]
    public void Of_ManyAnswers_AskForMoreThanChanceGivesOneOfThem()
    {
        // 7 of 7 by chance: 1 in 128, enough against two others and not against nine.
        Outcome first = Made(0.50, 1), most = Made(0.57, 1);
        Outcome[] Among(int others) => [first, .. Enumerable.Repeat(Made(0.40, 1), others - 1), most];

        Assert.Same(most, Choice.Of("levels", Among(2)).Chosen);
        Assert.Same(first, Choice.Of("levels", Among(9)).Chosen);
    }

    [Theory]
    [InlineData(0.40, 0.59, 3, 0)]
    [InlineData(0.40, 0.61, 1, 1)]
    [InlineData(0, 0.10, 1, 1)]
    public void Of_AHandicap_MustFindSoManyTimesAsMany(double first, double second, double margin, int expected)
    {
        Outcome[] outcomes = [Made(first, 1), Made(second, 1) with { Margin = margin }];

        Assert.Same(outcomes[expected], Choice.Of("reading", outcomes, handicap: 1.5).Chosen);
    }

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(7, 7, 1.0 / 128)]
    [InlineData(2, 3, 0.5)]
    [InlineData(3, 4, 5.0 / 16)]
    [InlineData(501, 1000, 0.4873875)]
    public void HeadsOrMore_FairCoins_IsTheBinomialTail(int heads, int n, double expected) => Assert.Equal(expected, Choice.HeadsOrMore(heads, n), 1e-7);

    [Fact]
    public void Spearman_Ranks_AreOneForTheSameOrderAndMinusOneForTheOpposite()
    {
        Assert.Equal(1, TuneReport.Spearman([1, 2, 3, 10], [0.1, 0.2, 0.25, 0.26]), 1e-12);
        Assert.Equal(-1, TuneReport.Spearman([1, 2, 3], [3, 2, 1]), 1e-12);
        // Ranks 1 2.5 2.5 4 against 1 2 3 4: covariance 4.5, variances 4.5 and 5.
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), TuneReport.Spearman([1, 2, 2, 4], [1, 2, 3, 4]), 1e-12);
    }

    private static Outcome Made(double detection, int levels) =>
        new(new Candidate("", new Profile { TScales = new TScaleSettings { Timesteps = [.. Enumerable.Range(1, levels)] } }), [.. Enumerable.Range(0, 100).Select(i => i < 100 * detection - 0.5)], 1, new Dictionary<DefectKind, double>());
}
