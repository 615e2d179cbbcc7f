using Edge.Runtime;
using Edge.Evaluation.Metrics;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Promise;

/// <summary>
/// Splits good pictures at random into halves, calibrates on one and counts false rejects on the other, many times. A random split makes the halves
/// exchangeable, so this shows how far one calibration's rate lies from the mean promised. Whether the line's pictures are like the calibration's it
/// cannot show.
/// </summary>
internal static class RandomSplits
{
    /// <summary>Does it.</summary>
    /// <param name="scores">[n] scores of good pictures, infinite for one that is unlike any good one.</param>
    /// <param name="groups">[n] the group of each, or empty where each picture is its own. A group is never split. It counts as one, by the
    /// share of it that is rejected.</param>
    /// <param name="alphas">False-reject rates asked for, above 0 and below 1.</param>
    /// <param name="splits">How often, 1 or more.</param>
    /// <param name="seed">Of the splits.</param>
    /// <exception cref="ArgumentException">There are fewer than two pictures or groups, or the lengths differ.</exception>
    public static IReadOnlyList<SplitOutcome> Run(IReadOnlyList<float> scores, IReadOnlyList<int> groups, IReadOnlyList<double> alphas,
        int splits, int seed)
    {
        if (groups.Count != 0 && groups.Count != scores.Count)
            throw new ArgumentException($"There are {groups.Count} groups for {scores.Count} scores.", nameof(groups));
        int[][] draws =
            [.. Enumerable.Range(0, scores.Count).GroupBy(i => groups.Count == 0 ? i : groups[i]).Select(group => group.ToArray())];
        if (draws.Length < 2)
            throw new ArgumentException($"There are {draws.Length} pictures or groups; a split takes two at least.", nameof(scores));
        var random = new Random(seed);
        var half = draws.Length / 2;
        List<double>[] rates = [.. alphas.Select(_ => new List<double>())];
        for (var split = 0; split < splits; split++)
        {
            random.Shuffle(draws);
            int[] calibrating = [.. draws.Take(half).SelectMany(draw => draw)];
            int[] groupsOf = groups.Count == 0 ? [] : [.. calibrating.Select(i => groups[i])];
            var calibration = new ConformalScores([.. calibrating.Select(i => scores[i])], groupsOf);
            for (var a = 0; a < alphas.Count; a++)
                if (calibration.LeastAlpha <= alphas[a])
                    rates[a].Add(RejectedShare(scores, draws.AsSpan(half), calibration.Threshold(alphas[a])));
        }
        return [.. alphas.Select((alpha, a) => Outcome(alpha, half, draws.Length - half, groups.Count > 0, [.. rates[a].Order()], splits))];
    }

    private static double RejectedShare(IReadOnlyList<float> scores, ReadOnlySpan<int[]> draws, float threshold)
    {
        var sum = 0.0;
        foreach (var draw in draws)
            sum += (double)draw.Count(i => ConformalScores.IsDefect(scores[i], threshold)) / draw.Length;
        return sum / draws.Length;
    }

    private static SplitOutcome Outcome(double alpha, int calibrating, int counted, bool grouped, double[] rates, int splits)
    {
        var outcome = new SplitOutcome(alpha, calibrating, counted)
        {
            Refused = splits - rates.Length, Needed = ConformalScores.PicturesNeeded(alpha),
        };
        if (rates.Length == 0)
            return outcome;
        var rank = Rank(alpha, calibrating);
        var promised = grouped ? alpha : rank / (calibrating + 1.0);
        var (low, high) = Proportion.Binomial(promised, counted);
        var mean = rates.Average();
        return outcome with
        {
            Promised = promised, Mean = mean, Deviation = Math.Sqrt(rates.Average(rate => (rate - mean) * (rate - mean))),
            Low = Quantile.NearestRank(rates, 0.05), High = Quantile.NearestRank(rates, 0.95),
            Within = rates.Average(rate => Inside(rate) ? 1.0 : 0),
            WithinExpected = grouped ? null
                : RejectedCount.Probabilities(calibrating, rank, counted).Where((_, j) => Inside((double)j / counted)).Sum(),
        };

        // Sums of shares may be off by a rounding error.
        bool Inside(double rate) => rate > low - 1e-9 && rate < high + 1e-9;
    }

    /// <summary>Which calibration score is the threshold, counted from the highest: the largest k with k / (n + 1) at most alpha.</summary>
    internal static int Rank(double alpha, int n)
    {
        var k = (int)(alpha * (n + 1));
        while ((k + 1) / (n + 1.0) <= alpha)
            k++;
        return k;
    }
}
