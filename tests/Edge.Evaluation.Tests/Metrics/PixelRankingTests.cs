using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class PixelRankingTests
{
    // The golden pair: one picture with the regions {(1,1), (1,2)} and {(3,0)}, one without a defect.
    static readonly ScoredPicture[] Golden =
    [
        new([.10f, .20f, .30f, .40f, .50f, .90f, .48f, .15f, .25f, .35f, .45f, .55f, .33f, .65f, .12f, .22f], 4, [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
        new([.02f, .04f, .06f, .08f, .11f, .13f, .17f, .19f, .21f, .23f, .27f, .29f, .31f, .36f, .37f, .39f], 4, null),
    ];

    [Theory]
    [InlineData(0.30, 0.4137931034)]
    [InlineData(0.05, 0.25)]
    [InlineData(1.00, 0.8189655172)]
    public void Aupro_GoldenMaps_EqualOfficialValues(double limit, double expected) => Assert.Equal(expected, PixelRanking.Of(Golden).Aupro(limit), 10);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Aupro_RandomMaps_EqualsBruteForce(int seed)
    {
        var pictures = RandomSet.Make(seed, good: 2, defective: 3, side: 9, levels: 40);
        var ranking = PixelRanking.Of(pictures);
        foreach (var limit in (double[])[0.05, 0.3, 1])
            Assert.Equal(BruteForce(pictures, limit), ranking.Aupro(limit), 12);
    }

    [Fact]
    public void Auroc_RandomMaps_EqualsPairCount()
    {
        var pictures = RandomSet.Make(5, good: 2, defective: 2, side: 8, levels: 20);
        var normal = pictures.SelectMany(p => p.Map.Where((_, i) => p.Mask is null || p.Mask[i] == 0)).ToArray();
        var defect = pictures.SelectMany(p => p.Map.Where((_, i) => p.Mask is not null && p.Mask[i] != 0)).ToArray();
        var pairs = normal.Sum(n => defect.Sum(d => d > n ? 1.0 : d == n ? 0.5 : 0));
        Assert.Equal(pairs / normal.Length / defect.Length, PixelRanking.Of(pictures).Auroc(), 14);
    }

    [Fact]
    public void All_MonotoneTransform_Unchanged()
    {
        var pictures = RandomSet.Make(6, good: 2, defective: 2, side: 10, levels: 60);
        var transformed = pictures.Select(p => p with { Map = [.. p.Map.Select(x => 5 * x * x * x - 100)] }).ToArray();
        PixelRanking before = PixelRanking.Of(pictures), after = PixelRanking.Of(transformed);
        Assert.Equal(before.Auroc(), after.Auroc());
        Assert.Equal(before.Aupro(), after.Aupro(), 13);
    }

    [Fact]
    public void All_PerfectMaps_AreOne()
    {
        var ranking = PixelRanking.Of(RandomSet.Perfect(7));
        Assert.Equal(1, ranking.Auroc());
        Assert.Equal(1, ranking.Aupro(), 14);
    }

    [Fact]
    public void All_ConstantMaps_AreTheDiagonal()
    {
        ScoredPicture[] pictures = [.. RandomSet.Perfect(8).Select(p => p with { Map = new float[p.Map.Length] })];
        var ranking = PixelRanking.Of(pictures);
        Assert.Equal(0.5, ranking.Auroc());
        // The diagonal up to the limit encloses limit^2 / 2.
        Assert.Equal(0.15, ranking.Aupro(0.3), 14);
    }

    [Fact]
    public void All_NoDefects_AreNaN()
    {
        var ranking = PixelRanking.Of([Golden[1]]);
        Assert.Equal(double.NaN, ranking.Auroc());
        Assert.Equal(double.NaN, ranking.Aupro());
    }

    // The definition: for every distinct score, mean over regions of the part found, and the part of normal pixels hit; then the area by fine summation.
    static double BruteForce(ScoredPicture[] pictures, double limit)
    {
        List<(double X, double Y)> points = [(0, 0)];
        foreach (var threshold in pictures.SelectMany(p => p.Map).Distinct().OrderDescending())
        {
            var overlaps = new List<double>();
            double hit = 0, normal = 0;
            foreach (var picture in pictures)
            {
                var labels = RegionsTests.FloodFill(picture.Mask ?? new byte[picture.Map.Length], picture.Width);
                foreach (var region in labels.Where(label => label > 0).Distinct())
                {
                    var inside = picture.Map.Where((_, i) => labels[i] == region).ToArray();
                    overlaps.Add(inside.Count(x => x >= threshold) / (double)inside.Length);
                }
                normal += labels.Count(label => label == 0);
                hit += picture.Map.Where((x, i) => labels[i] == 0 && x >= threshold).Count();
            }
            points.Add((hit / normal, overlaps.Average()));
        }

        var area = 0.0;
        for (var i = 1; i < points.Count; i++)
        {
            var (x0, y0) = points[i - 1];
            var (x1, y1) = points[i];
            if (x0 >= limit || x1 == x0)
                continue;
            var end = Math.Min(x1, limit);
            area += (end - x0) * (y0 + (y0 + (y1 - y0) * (end - x0) / (x1 - x0))) / 2;
        }
        return area / limit;
    }
}
