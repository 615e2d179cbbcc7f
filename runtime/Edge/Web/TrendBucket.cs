namespace Edge.Web;

/// <summary>The answers of a stretch of time.</summary>
/// <param name="Time">When it begins.</param>
/// <param name="Parts">Answers in it.</param>
/// <param name="Ng">Those that were NG.</param>
/// <param name="Min">Lowest score; null where no part was inspected.</param>
/// <param name="Mean">Mean score.</param>
/// <param name="Max">Highest score.</param>
internal sealed record TrendBucket(DateTimeOffset Time, int Parts, int Ng, double? Min, double? Mean, double? Max)
{
    /// <summary>Sorts answers into stretches of equal length; those without an answer are left out.</summary>
    /// <param name="points">The answers, oldest first.</param>
    /// <param name="begin">When the first stretch begins.</param>
    /// <param name="length">Length of each.</param>
    public static IReadOnlyList<TrendBucket> From(IEnumerable<Service.ScorePoint> points, DateTimeOffset begin, TimeSpan length) =>
    [
        .. from point in points
           group point by (long)((point.UnixMilliseconds - begin.ToUnixTimeMilliseconds()) / length.TotalMilliseconds) into stretch
           orderby stretch.Key
           let scores = stretch.Where(point => float.IsFinite(point.Score)).Select(point => (double)point.Score).ToList()
           select new TrendBucket(begin + stretch.Key * length, stretch.Count(), stretch.Count(point => point.IsNg),
               scores.Count > 0 ? scores.Min() : null, scores.Count > 0 ? scores.Average() : null, scores.Count > 0 ? scores.Max() : null),
    ];
}
