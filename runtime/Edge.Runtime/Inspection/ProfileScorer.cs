using System.Numerics.Tensors;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>From the planes of a picture to map, score and gate: the whole of a profile but its networks. Not thread-safe.</summary>
internal sealed class ProfileScorer
{
    private readonly AnomalyMapper[] mappers;
    private readonly (int First, int Count)[] planesOf;
    private readonly bool[] divided;
    private readonly ScoreTail[] tails;
    private readonly ScoreReduction[] reductions;
    private readonly float[] top;
    private readonly float[] raw;
    private readonly Gate gate;
    private readonly int pictureStatistics;
    private readonly string[] statisticNames;
    private readonly float[] statistics;
    private float[] map = [], other = [];
    private int pixels;

    /// <param name="profile">With its constants.</param>
    /// <param name="channels">Channels of the bundle's pictures.</param>
    public ProfileScorer(Profile profile, int channels)
    {
        mappers = [.. profile.Readings.Select(reading => new AnomalyMapper(reading))];
        planesOf = [.. profile.Readings.Select((reading, r) => (profile.Readings.Take(r).Sum(before => before.Planes.Count), reading.Planes.Count))];
        tails = [.. profile.Readings.Select(reading => reading.Constants.Tail)];
        reductions = [.. profile.Readings.Select(reading => ScoreReduction.TopMean(reading.Map.TopPixels))];
        top = new float[profile.Readings.Max(reading => reading.Map.TopPixels)];
        raw = new float[mappers.Length];
        divided = [.. profile.Readings.Select(reading => reading.IsDivided)];
        statisticNames = Gate.Names(profile.Readings, channels);
        gate = new Gate(profile.Gate);
        pictureStatistics = channels * PictureStatistics.PerChannel;
        statistics = new float[statisticNames.Length];
    }

    /// <summary>[H, W] the map of the last picture: what all readings say of a pixel, added up, in the unit of the score. Of several readings the mean of the highest pixels is the score.</summary>
    public Span<float> Map => map.AsSpan(0, pixels);

    /// <summary>[readings] scores of the last picture, each on its reading's own scale.</summary>
    public ReadOnlySpan<float> Raw => raw;

    /// <summary>Number of the reading that decided.</summary>
    public int Decider { get; private set; }

    /// <summary>What makes the last picture unlike any good one; null where nothing does, and before a gate is fitted.</summary>
    public GateFinding? Finding { get; private set; }

    /// <summary>Whether the last picture scores above all that good pictures do, which no threshold may be taken from.</summary>
    public bool IsScoreAbove { get; private set; }

    /// <summary>Measures what needs no network; before <see cref="Score"/>.</summary>
    /// <param name="frame">The picture as the camera gave it.</param>
    /// <param name="channels">Channels of the bundle's pictures.</param>
    /// <param name="counted">[H, W] of the frame, 0 where a pixel does not count; null where all count.</param>
    public void Look(in Frame frame, int channels, byte[]? counted) => PictureStatistics.Measure(frame, channels, counted, statistics.AsSpan(0, pictureStatistics));

    /// <summary>The same, measured before.</summary>
    public void Look(ReadOnlySpan<float> known) => known.CopyTo(statistics);

    /// <summary>Makes map and score of a picture.</summary>
    /// <param name="values">[planes, H, W] of all readings, in their order.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="counted">[H, W] 0 where a pixel does not count; null where all count.</param>
    /// <returns>The largest of the readings' scores, whatever the gate says.</returns>
    public float Score(ReadOnlySpan<float> values, int height, int width, byte[]? counted)
    {
        pixels = height * width;
        DiffusionScratch.Take(ref map, pixels);
        DiffusionScratch.Take(ref other, pixels);
        var (score, at) = (float.NegativeInfinity, pictureStatistics);
        for (var r = 0; r < mappers.Length; r++)
        {
            var planes = values.Slice(planesOf[r].First * pixels, planesOf[r].Count * pixels);
            raw[r] = mappers[r].Map(planes, height, width, counted, other.AsSpan(0, pixels));
            ScoreTails.Apply(tails[r], other.AsSpan(0, pixels));
            if (divided[r])
                foreach (var median in mappers[r].Medians)
                    statistics[at++] = MathF.Log2(median);
            statistics[statistics.Length - mappers.Length + r] = MathF.Log2(raw[r]);
            // Logarithms of how rare a value is add up (Fisher's combination of tests): noise of one reading counts for less than what several see.
            if (r == 0)
                (map, other) = (other, map);
            else
                TensorPrimitives.Add(map.AsSpan(0, pixels), other.AsSpan(0, pixels), map.AsSpan(0, pixels));
        }
        for (var r = 0; r < mappers.Length; r++)
            if (ScoreTails.Of(tails[r], raw[r]) is var of && of > score)
            {
                score = of;
                Decider = r;
            }
        if (mappers.Length > 1)
            Rescale(score, counted);
        Finding = gate.Check(statistics.AsSpan(0, gate.Count));
        IsScoreAbove = gate.IsScoreAbove(statistics.AsSpan(0, gate.Count));
        return score;
    }

    /// <summary>Scales the map so that the mean of its highest pixels, as many as the deciding reading takes, is the score: then nothing is outlined in a part that is OK, and something in one that is NG.</summary>
    private void Rescale(float score, byte[]? counted)
    {
        var highest = reductions[Decider].Score(Map, counted, top);
        if (highest > 0)
            TensorPrimitives.Multiply(Map, score / highest, Map);
    }

    /// <summary>Fits constants and gate on good pictures.</summary>
    /// <param name="profile">Its settings; constants and gate are replaced.</param>
    /// <param name="channels">Channels of the bundle's pictures.</param>
    /// <param name="pictures">Planes of all readings of each picture, with the statistics that need no network.</param>
    /// <param name="more">Statistics that need no network, of more good pictures, such as those trained on.</param>
    /// <param name="counted">[H, W] which pixels of every picture count; null where all count.</param>
    /// <returns>The profile, and [pictures][readings] the scores on each reading's own scale, which its tails are those of.</returns>
    /// <exception cref="BundleException">The pictures are the same everywhere.</exception>
    public static (Profile Profile, List<float[]> Scores) Fit(Profile profile, int channels, IReadOnlyList<(PicturePlanes Planes, float[] Statistics)> pictures, IReadOnlyList<float[]> more, byte[]? counted)
    {
        var first = 0;
        var readings = new List<Reading>();
        foreach (var reading in profile.Readings)
        {
            int[] own = [.. Enumerable.Range(first, reading.Planes.Count)];
            first += own.Length;
            readings.Add(reading with { Constants = new AnomalyMapper(reading).Fit([.. pictures.Select(p => p.Planes.Select(own))], counted) });
        }
        var fitted = profile with { Readings = readings, Gate = [] };
        var scorer = new ProfileScorer(fitted, channels);
        var scores = new List<float[]>();
        var seen = pictures.Select(picture =>
        {
            scorer.Look(picture.Statistics);
            scorer.Score(picture.Planes.Values, picture.Planes.Height, picture.Planes.Width, counted);
            scores.Add(scorer.raw.ToArray());
            return scorer.statistics.ToArray();
        }).ToList();
        var unknown = Enumerable.Repeat(float.NaN, scorer.statistics.Length - scorer.pictureStatistics);
        return (WithTails(fitted, scores) with { Gate = Gate.Fit(scorer.statisticNames, [.. seen, .. more.Select(known => (float[])[.. known, .. unknown])]) }, scores);
    }

    /// <summary>A profile whose readings have the tails of these scores.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="scores">[pictures][readings] of good pictures, each on its reading's own scale.</param>
    public static Profile WithTails(Profile profile, IReadOnlyList<float[]> scores) => profile with
    {
        Readings = [.. profile.Readings.Zip(ScoreTails.FitAll(scores), (reading, tail) => reading with { Constants = reading.Constants with { Tail = tail } })],
    };
}
