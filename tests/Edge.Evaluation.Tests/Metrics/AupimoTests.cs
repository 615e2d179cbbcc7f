using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class AupimoTests
{
    [Fact]
    public void Value_ByHand_OneStepInsideTheLimits()
    {
        // Recall: 1/2 above 5, all from 4 on. Rate: 0 above 5, 1/4 from 5 on, 1/2 from 3 on. So between 1/8 and 1/4 the height 1/2 is held,
        // between 1/4 and 1/2 it is 1, and on the logarithmic scale both stretches are equally long.
        ScoredPicture[] pictures = [new([5, 5, 3, 3, 1, 1, 0, 0], 4, null), new([6, 4, 0, 0], 2, [1, 1, 0, 0])];
        Assert.Equal(0.75, Aupimo.Of(pictures, 0.125, 0.5).Value, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Value_RandomMaps_EqualsMeanOfBruteForce(int seed)
    {
        var pictures = RandomSet.Make(seed, good: 4, defective: 3, side: 11, levels: 500);
        // Pictures of two sizes: the rate is a mean of the pictures' rates, not the rate of the pool.
        pictures[0] = pictures[0] with { Map = pictures[0].Map[..55] };
        const double lowest = 0.01, highest = 0.2;
        Assert.Equal(BruteForce(pictures, lowest, highest), Aupimo.Of(pictures, lowest, highest).Value, 10);
    }

    [Fact]
    public void Value_PerfectMaps_IsOne() => Assert.Equal(1, Aupimo.Of(RandomSet.Perfect(4), 0.01, 0.1).Value, 12);

    [Fact]
    public void Value_ConstantMaps_IsZero()
    {
        ScoredPicture[] pictures = [.. RandomSet.Perfect(5).Select(p => p with { Map = new float[p.Map.Length] })];
        Assert.Equal(0, Aupimo.Of(pictures, 0.01, 0.1).Value);
    }

    [Fact]
    public void Value_TooFewGoodPixels_IsNaN() => Assert.Equal(double.NaN, Aupimo.Of(RandomSet.Perfect(6)).Value);

    // Picture by picture; the log-trapezoid between the rates at successive distinct thresholds, the height held where the rate before was 0.
    static double BruteForce(ScoredPicture[] pictures, double lowest, double highest)
    {
        var good = pictures.Where(p => p.Mask is null).ToArray();
        var thresholds = pictures.SelectMany(p => p.Map).Distinct().OrderDescending().ToArray();
        return pictures.Where(p => p.Mask is not null).Average(picture =>
        {
            var inside = picture.Map.Where((_, i) => picture.Mask![i] != 0).ToArray();
            double area = 0, x0 = 0, y0 = 0;
            foreach (var threshold in thresholds)
            {
                var x1 = good.Average(p => p.Map.Count(v => v >= threshold) / (double)p.Map.Length);
                var y1 = inside.Count(v => v >= threshold) / (double)inside.Length;
                double from = Math.Max(x0, lowest), to = Math.Min(x1, highest);
                if (to > from)
                {
                    double At(double x) => x0 == 0 ? y0 : y0 + (y1 - y0) * Math.Log(x / x0) / Math.Log(x1 / x0);
                    area += Math.Log(to / from) * (At(from) + At(to)) / 2;
                }
                (x0, y0) = (x1, y1);
            }
            return area / Math.Log(highest / lowest);
        });
    }
}
