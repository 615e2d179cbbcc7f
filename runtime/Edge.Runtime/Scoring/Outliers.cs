namespace Edge.Runtime.Scoring;

/// <summary>
/// Finds calibration pictures that are unlike all the others: a defect among the good pictures, or a rare sight. With 99 pictures the
/// threshold for 1 % is the highest score, and one such picture would blind the inspection.
/// </summary>
public static class Outliers
{
    /// <summary>At most this share of the pictures, but always one, may be outliers; more are what the product looks like.</summary>
    private const double MostShare = 0.03;

    /// <summary>An outlier lies this many times as far above the median as the highest of the rest.</summary>
    private const double Distance = 3;

    /// <summary>Pictures below which nothing is said.</summary>
    private const int Fewest = 20;

    /// <summary>Indices of the outliers, highest score first; empty where there are none.</summary>
    /// <param name="scores">One a picture.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<float> scores)
    {
        if (scores.Count < Fewest)
            return [];
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])];
        double median = scores[order[scores.Count / 2]];
        var most = Math.Max(1, (int)(MostShare * scores.Count));
        for (var count = most; count > 0; count--)
            if (scores[order[count - 1]] - median > Distance * (scores[order[count]] - median))
                return order[..count];
        return [];
    }
}
