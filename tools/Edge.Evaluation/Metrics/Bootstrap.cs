using Edge.Runtime.Scoring;

namespace Edge.Evaluation.Metrics;

/// <summary>
/// Percentile intervals (Efron 1979) by drawing the test pictures again, with replacement, good and defective ones each among themselves.
/// The draws come from a counter generator, so an interval depends on the seed only, not on threads or order.
/// </summary>
internal static class Bootstrap
{
    /// <summary>Intervals of several statistics of one set, all over the same draws.</summary>
    /// <param name="good">Good pictures.</param>
    /// <param name="defective">Defective pictures.</param>
    /// <param name="statistics">The statistics of a draw: indices of good pictures, indices of defective ones. Called from several threads at once. NaN where a draw has no value.</param>
    /// <param name="resamples">Draws.</param>
    /// <param name="confidence">Share of the draws inside, (0, 1).</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>The interval of each statistic, NaN where no draw had a value.</returns>
    public static (double Low, double High)[] Intervals(
        int good, int defective, Func<int[], int[], double[]> statistics, int resamples = 1000, double confidence = 0.95, ulong seed = 1)
    {
        var draws = new double[resamples][];
        Parallel.For(0, resamples, r => draws[r] = statistics(Draw(good, seed, 2 * (ulong)r), Draw(defective, seed, 2 * (ulong)r + 1)));

        var tail = (1 - confidence) / 2;
        var intervals = new (double, double)[draws[0].Length];
        for (var s = 0; s < intervals.Length; s++)
        {
            double[] values = [.. draws.Select(draw => draw[s]).Where(double.IsFinite).Order()];
            intervals[s] = values.Length == 0
                ? (double.NaN, double.NaN)
                : (Quantile.OfSorted<double>(values, tail), Quantile.OfSorted<double>(values, 1 - tail));
        }
        return intervals;
    }

    static int[] Draw(int count, ulong seed, ulong stream)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++)
            indices[i] = (int)Math.BigMul(Mix(Mix(Mix(seed) + stream) + (ulong)i), (ulong)count, out _);
        return indices;
    }

    // SplitMix64 (Steele, Lea, Flood 2014) as a function of its counter.
    static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
