using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Runtime;

/// <summary>
/// What an inspection found. It owns all that it holds and stays as it is, unless the caller gives it to a later inspection to be filled again. Not thread-safe while
/// it is being filled.
/// </summary>
public sealed class InspectionResult
{
    /// <summary>Whether the picture is good, defective or unlike any good one.</summary>
    public Outcome Outcome { get; private set; }

    /// <summary>Whether the part is NG: not <see cref="Outcome.Good"/>.</summary>
    public bool IsNg => Outcome != Outcome.Good;

    /// <summary>The picture's score, 0 or more, whatever the gate says: how rare one reading or another finds such a picture among good ones. 2 is one in a hundred, 3 one in a thousand.</summary>
    public double Score { get; private set; }

    /// <summary>Scores above this are defects at the false-reject rate asked for.</summary>
    public double Threshold { get; private set; }

    /// <summary>
    /// Share of good pictures expected to look this anomalous, 1/(n+1) to 1 (split conformal prediction, n calibration pictures). The smallest for a picture that is
    /// unlike any good one.
    /// </summary>
    public double PValue { get; private set; }

    /// <summary>What is unlike any good picture, and by how much; null where nothing is.</summary>
    public GateFinding? Gate { get; private set; }

    /// <summary>The reading whose score it is: t_scales, log_odds, memory or reconstruction.</summary>
    public string DecidedBy { get; internal set; } = "";

    /// <summary>The profile that was used.</summary>
    public string Profile { get; internal set; } = "";

    /// <summary>What its networks computed in.</summary>
    public Precision Precision { get; internal set; }

    /// <summary>Name of the bundle that was used.</summary>
    public string Bundle { get; internal set; } = "";

    /// <summary>Where the picture is anomalous, whichever reading says so.</summary>
    public AnomalyMap Map { get; private set; } = new();

    /// <summary>Where the time went, from the frame in memory to the result; with a path, from the file.</summary>
    public StageTimes Times { get; internal set; }

    /// <summary>All of <see cref="Times"/>, in milliseconds.</summary>
    public double Milliseconds => Times.Total;

    /// <summary>The score by which pictures are ranked: infinite where the picture is unlike any good one.</summary>
    internal double Rank => Outcome == Outcome.Unlike ? double.PositiveInfinity : Score;

    /// <summary>Says nothing good, so that a result whose inspection fails is not the last picture's.</summary>
    internal void Clear()
    {
        Outcome = Outcome.Unlike;
        Score = Threshold = PValue = double.NaN;
        Gate = null;
        DecidedBy = "";
    }

    /// <summary>Judges a score. Outcome, p-value and threshold of one result belong together.</summary>
    internal InspectionResult Judge(GateFinding? finding, float score, float threshold, ConformalScores scores)
    {
        Gate = finding;
        Outcome = finding is not null ? Outcome.Unlike : ConformalScores.IsDefect(score, threshold) ? Outcome.Defect : Outcome.Good;
        PValue = scores.PValue(finding is null ? score : float.PositiveInfinity);
        Score = score;
        Threshold = threshold;
        Map.Threshold = threshold;
        return this;
    }

    /// <summary>Gives the map away, for callers that keep many results.</summary>
    internal AnomalyMap TakeMap()
    {
        var map = Map;
        Map = new AnomalyMap();
        return map;
    }
}
