using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class PixelHistogramsTests
{
    [Fact]
    public void Measure_EveryPictureOnce_CloseToTheExactRanking()
    {
        // 20 good pictures of 72 x 72: enough pixels for AUPIMO's lower limit.
        var pictures = RandomSet.Make(1, good: 20, defective: 10, side: 72, levels: 1_000_000);
        var ranking = PixelRanking.Of(pictures);
        var aupimo = Aupimo.Of(pictures);
        var (auroc, aupro, pimo) = PixelHistograms.Of(pictures, ranking, aupimo).Measure(All(20), All(10));
        Assert.Equal(ranking.Auroc(), auroc, 1e-3);
        Assert.Equal(ranking.Aupro(), aupro, 1e-3);
        Assert.Equal(aupimo.Value, pimo, 2e-2);
    }

    [Fact]
    public void Measure_FewLevels_EqualsTheExactRanking()
    {
        var pictures = RandomSet.Make(2, good: 3, defective: 3, side: 12, levels: 30);
        var ranking = PixelRanking.Of(pictures);
        var (auroc, aupro, _) = PixelHistograms.Of(pictures, ranking, Aupimo.Of(pictures)).Measure(All(3), All(3));
        Assert.Equal(ranking.Auroc(), auroc, 1e-6);
        Assert.Equal(ranking.Aupro(), aupro, 1e-6);
    }

    [Fact]
    public void Measure_Draw_EqualsTheRankingOfTheDrawnPictures()
    {
        var pictures = RandomSet.Make(3, good: 3, defective: 3, side: 12, levels: 30);
        var histograms = PixelHistograms.Of(pictures, PixelRanking.Of(pictures), Aupimo.Of(pictures));
        var drawn = PixelRanking.Of([pictures[0], pictures[0], pictures[2], pictures[4], pictures[4], pictures[4]]);
        var (auroc, aupro, _) = histograms.Measure([0, 0, 2], [1, 1, 1]);
        Assert.Equal(drawn.Auroc(), auroc, 1e-6);
        Assert.Equal(drawn.Aupro(), aupro, 1e-6);
    }

    [Fact]
    public void Measure_PerfectMaps_AreOne()
    {
        var pictures = RandomSet.Perfect(4);
        var (auroc, aupro, aupimo) = PixelHistograms.Of(pictures, PixelRanking.Of(pictures), Aupimo.Of(pictures)).Measure(All(3), All(3));
        Assert.Equal((1, 1, 1), (Math.Round(auroc, 5), Math.Round(aupro, 5), Math.Round(aupimo, 5)));
    }

    static int[] All(int count) => [.. Enumerable.Range(0, count)];
}
