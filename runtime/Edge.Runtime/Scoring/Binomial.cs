namespace Edge.Runtime.Scoring;

/// <summary>The binomial distribution: how many of n independent trials succeed.</summary>
internal static class Binomial
{
    /// <summary>P(X at most k) for k = 0, 1, .. n, one after the other.</summary>
    /// <param name="n">Trials, 0 or more.</param>
    /// <param name="probability">Of each trial, above 0 and below 1.</param>
    public static IEnumerable<double> Cumulative(int n, double probability)
    {
        // In logarithms, since (1 - p)^n is 0 to a double from a few thousand trials on.
        double log = n * Math.Log(1 - probability), odds = Math.Log(probability / (1 - probability)), sum = 0;
        for (var k = 0; k <= n; k++)
        {
            sum += Math.Exp(log);
            yield return sum;
            log += Math.Log((n - k) / (k + 1.0)) + odds;
        }
    }
}
