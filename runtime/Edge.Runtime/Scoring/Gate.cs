using Edge.Runtime.Bundles;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Holds a picture against the ranges that good pictures have. A low score is no proof of goodness, since a picture without structure is easy to denoise: whatever
/// lies outside a range by more than the range's own width (more where few pictures were seen) is unlike any good picture. The ranges are fitted apart from the calibration. There such a picture
/// counts as one of infinite score, so that the false-reject rate promised is that of the whole verdict.
/// </summary>
internal sealed class Gate
{
    /// <summary>Least width of a range, as a factor of two to this, so that a steady lamp does not make the next lamp's picture unlike all others.</summary>
    private static double LeastWidth(string statistic) => statistic switch
    {
        _ when statistic.StartsWith("brightness", StringComparison.Ordinal) => 0.25,
        _ when statistic.StartsWith("contrast", StringComparison.Ordinal) => 0.4,
        _ when statistic.StartsWith("sharpness", StringComparison.Ordinal) => 0.4,
        _ => 0.5,
    };

    private const string ScoreOf = "score ";

    private readonly string[] names;
    private readonly float[] low;
    private readonly float[] high;

    /// <param name="ranges">Of a profile, in the order in which <see cref="Check"/> is given values.</param>
    public Gate(IReadOnlyList<GateRange> ranges)
    {
        names = [.. ranges.Select(range => range.Statistic)];
        low = [.. ranges.Select(range => range.Low)];
        high = [.. ranges.Select(range => range.High)];
    }

    /// <summary>How many ranges there are.</summary>
    public int Count => names.Length;

    /// <summary>Names of the statistics of a profile, in order.</summary>
    /// <param name="readings">Its readings.</param>
    /// <param name="channels">Channels of the bundle's pictures.</param>
    public static string[] Names(IReadOnlyList<Reading> readings, int channels) =>
    [
        .. PictureStatistics.Names(channels),
        .. readings.Where(reading => reading.IsDivided).SelectMany(reading => reading.Planes.Select(plane => $"median {plane}")),
        .. readings.Select(reading => ScoreOf + reading.Name),
    ];

    /// <summary>The ranges of good pictures, wider by their own width on both sides. Of fifty pictures or more the outermost fiftieth on each side sets no range.</summary>
    /// <param name="names">Names of the statistics.</param>
    /// <param name="pictures">Values in that order, one entry per good picture, all logarithms to the base 2. NaN where a picture does not know a statistic.</param>
    public static List<GateRange> Fit(IReadOnlyList<string> names, IReadOnlyList<float[]> pictures) => [.. names.Select((name, k) =>
    {
        float[] values = [.. pictures.Select(p => p[k]).Where(v => !float.IsNaN(v)).Order()];
        // One black picture among two hundred good ones must not make black good: the outermost fiftieth on each side sets no range.
        var odd = values.Length / 50;
        var (low, high) = Widened(name, values[odd], values[^(1 + odd)], values.Length);
        return new GateRange { Statistic = name, Low = low, High = high };
    })];

    /// <summary>A range, wider by its own width on both sides, and by more where few pictures were seen, whose range is too narrow.</summary>
    public static (float Low, float High) Widened(string statistic, float least, float most, int pictures)
    {
        var width = (float)(Math.Max(most - least, LeastWidth(statistic)) * (1 + 8.0 / pictures));
        return (least - width, most + width);
    }

    /// <summary>
    /// The statistic that lies farthest outside its range, in widths of a factor of two; none where all lie inside. A score above its range is no finding but a defect.
    /// </summary>
    /// <param name="values">In the order of the ranges, logarithms to the base 2. NaN is outside.</param>
    public GateFinding? Check(ReadOnlySpan<float> values)
    {
        GateFinding? worst = null;
        var most = 0f;
        for (var k = 0; k < names.Length; k++)
        {
            if (values[k] >= low[k] && (values[k] <= high[k] || IsScore(k)))
                continue;
            var outside = values[k] < low[k] ? low[k] - values[k] : float.IsNaN(values[k]) ? float.MaxValue : values[k] - high[k];
            if (worst is not null && outside <= most)
                continue;
            most = outside;
            worst = new GateFinding(names[k], values[k], low[k], high[k]);
        }
        return worst;
    }

    /// <summary>
    /// Whether a score lies above its range. A good picture of such a score counts as one of infinite score in the calibration: one odd picture must not raise the
    /// threshold above every defect.
    /// </summary>
    /// <param name="values">As for <see cref="Check"/>.</param>
    public bool IsScoreAbove(ReadOnlySpan<float> values)
    {
        for (var k = 0; k < names.Length; k++)
            if (IsScore(k) && values[k] > high[k])
                return true;
        return false;
    }

    private bool IsScore(int k) => names[k].StartsWith(ScoreOf, StringComparison.Ordinal);
}
