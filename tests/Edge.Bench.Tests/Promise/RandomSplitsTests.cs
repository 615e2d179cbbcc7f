using Edge.Bench.Promise;

namespace Edge.Bench.Tests.Promise;

public class RandomSplitsTests
{
    [Fact]
    public void Run_ScoresWithoutTies_ShowsTheMeanPromisedAndItsSpread()
    {
        const int N = 200, Splits = 2000;
        var random = new Random(3);
        float[] scores = [.. Enumerable.Range(0, 2 * N).Select(_ => (float)(1 / (1 - random.NextDouble())))];

        var outcomes = RandomSplits.Run(scores, [], [0.01, 0.02, 0.05], Splits, 0);

        foreach (var (outcome, k) in outcomes.Zip([2, 4, 10]))
        {
            // Of m more scores above the k-th highest of n: mean m k / (n + 1), variance m k (n + 1 - k) (n + m + 1) / ((n + 1)^2 (n + 2)).
            var mean = k / (N + 1.0);
            var deviation = Math.Sqrt(k * (N + 1.0 - k) * (2 * N + 1) / ((N + 1.0) * (N + 1) * (N + 2) * N));
            Assert.Equal(mean, outcome.Promised!.Value, 12);
            Assert.Equal(mean, outcome.Mean!.Value, 4 * deviation / Math.Sqrt(Splits));
            Assert.Equal(deviation, outcome.Deviation!.Value, 0.1 * deviation);
            Assert.InRange(mean, outcome.Low!.Value, outcome.High!.Value);
            var expected = outcome.WithinExpected!.Value;
            Assert.Equal(expected, outcome.Within!.Value, 4 * Math.Sqrt(expected * (1 - expected) / Splits));
            Assert.Equal((N, N, 0), (outcome.Calibrating, outcome.Counted, outcome.Refused));
        }
    }

    [Fact]
    public void Run_SameSeed_ShowsTheSame()
    {
        float[] scores = [.. Enumerable.Range(0, 60).Select(i => (float)i)];

        Assert.Equal(RandomSplits.Run(scores, [], [0.05], 20, 7), RandomSplits.Run(scores, [], [0.05], 20, 7));
        Assert.NotEqual(RandomSplits.Run(scores, [], [0.05], 20, 7), RandomSplits.Run(scores, [], [0.05], 20, 8));
    }

    [Fact]
    public void Run_HalfTooFew_SaysHowManyItTakes()
    {
        var outcome = Assert.Single(RandomSplits.Run([.. Enumerable.Range(0, 100).Select(i => (float)i)], [], [0.01], 30, 0));

        Assert.Null(outcome.Promised);
        Assert.Null(outcome.Mean);
        Assert.Equal((50, 99L, 30), (outcome.Calibrating, outcome.Needed, outcome.Refused));
    }

    [Fact]
    public void Run_GroupsThatAreAlike_AreSplitWhole()
    {
        // 34 groups of six equal scores: 17 calibrate, and of the other 17 one in 18 lies above the highest.
        const int Splits = 2000;
        float[] scores = [.. Enumerable.Range(0, 34 * 6).Select(i => (float)(i / 6))];
        int[] groups = [.. Enumerable.Range(0, scores.Length).Select(i => i / 6)];

        var outcomes = RandomSplits.Run(scores, groups, [1.0 / 18, 0.05], Splits, 0);

        var deviation = Math.Sqrt(17 * 35 / (18.0 * 18 * 19 * 17));
        Assert.Equal(1.0 / 18, outcomes[0].Mean!.Value, 4 * deviation / Math.Sqrt(Splits));
        Assert.Equal(1.0 / 18, outcomes[0].Promised!.Value, 12);
        Assert.Equal((17, 17), (outcomes[0].Calibrating, outcomes[0].Counted));
        Assert.Null(outcomes[0].WithinExpected);
        Assert.Null(outcomes[1].Mean);
    }

    [Fact]
    public void Run_OneUnlikePicture_RefusesWhereItCalibratesAndCountsItElsewhere()
    {
        const int Splits = 2000;
        float[] scores = [.. Enumerable.Range(0, 99).Select(i => (float)i), float.PositiveInfinity];

        var outcome = Assert.Single(RandomSplits.Run(scores, [], [1.0 / 51], Splits, 0));

        Assert.InRange(outcome.Refused, Splits / 2 - 90, Splits / 2 + 90);
        Assert.InRange(outcome.Low!.Value, 1.0 / 50, 1);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 3)]
    public void Run_WrongLengths_AreRefused(int scores, int groups) =>
        Assert.Throws<ArgumentException>(() => RandomSplits.Run(new float[scores], new int[groups], [0.5], 1, 0));

    [Fact]
    public void Probabilities_TwoAndTwo_AreThoseOfTheSixOrders() =>
        Assert.Equal([3 / 6.0, 2 / 6.0, 1 / 6.0], RejectedCount.Probabilities(2, 1, 2), (a, b) => Math.Abs(a - b) < 1e-12);

    [Theory]
    [InlineData(99, 1, 55)]
    [InlineData(99, 5, 200)]
    [InlineData(1999, 20, 3000)]
    [InlineData(7, 7, 0)]
    public void Probabilities_AnyNumbers_SumToOneWithTheMeanPromised(int n, int k, int m)
    {
        var probabilities = RejectedCount.Probabilities(n, k, m);

        Assert.Equal(1, probabilities.Sum(), 9);
        Assert.Equal(m * k / (n + 1.0), probabilities.Select((p, j) => j * p).Sum(), 6);
    }
}
