using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ScoreReductionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Score_TopMean_IsTheMeanOfTheSortedTop(int k)
    {
        var random = new Random(k);
        var map = Enumerable.Range(0, 1003).Select(_ => random.Next(50) / 7f - 2).ToArray();
        var mask = map.Select(_ => (byte)random.Next(2)).ToArray();

        Assert.Equal((float)map.OrderDescending().Take(k).Average(v => (double)v), ScoreReduction.TopMean(k).Score(map, [], new float[k]));
        Assert.Equal((float)map.Where((_, i) => mask[i] != 0).OrderDescending().Take(k).Average(v => (double)v),
            ScoreReduction.TopMean(k).Score(map, mask, new float[k]));
    }

    [Fact]
    public void Score_ShuffledMap_IsTheSameToTheBit()
    {
        var random = new Random(1);
        var map = Enumerable.Range(0, 500).Select(_ => random.NextSingle() * MathF.Pow(10, random.Next(-6, 6))).ToArray();
        var expected = ScoreReduction.TopMean(300).Score(map, [], new float[300]);
        for (var trial = 0; trial < 50; trial++)
        {
            random.Shuffle(map);
            Assert.Equal(expected, ScoreReduction.TopMean(300).Score(map, [], new float[300]));
        }
    }

    [Fact]
    public void Score_Max_IsTheLargestUnmasked()
    {
        Assert.Equal(3, ScoreReduction.Max.Score([1, 3, 2], [], new float[1]));
        Assert.Equal(2, ScoreReduction.Max.Score([1, 3, 2], [1, 0, 255], new float[1]));
        Assert.Equal(-5, ScoreReduction.Max.Score([-9, -5], [], new float[1]));
    }

    [Fact]
    public void Score_NothingLeftOrNotANumber_IsRefused()
    {
        Assert.Contains("mask", Assert.Throws<ArgumentException>(() => ScoreReduction.Max.Score([1, 2], [0, 0], new float[1])).Message);
        Assert.Throws<ArgumentException>(() => ScoreReduction.Max.Score([1, 2], [1], new float[1]));
        Assert.Throws<ArgumentException>(() => ScoreReduction.TopMean(2).Score([1, 2], [], new float[1]));
        Assert.Throws<BundleException>(() => ScoreReduction.TopMean(0));
        for (var at = 0; at < 40; at++)
        {
            var map = new float[40];
            map[at] = float.NaN;
            Assert.Throws<BundleException>(() => ScoreReduction.Max.Score(map, [], new float[1]));
        }
    }

    [Fact]
    public void Score_SteadyState_AllocatesNothing()
    {
        float[] map = [.. Enumerable.Range(0, 999).Select(i => MathF.Sin(i))], scratch = new float[100];
        var reduction = ScoreReduction.TopMean(100);
        reduction.Score(map, [], scratch);

        var allocated = new AllocatedBytes();
        reduction.Score(map, [], scratch);
        Assert.Equal(0, allocated.Count);
    }
}
