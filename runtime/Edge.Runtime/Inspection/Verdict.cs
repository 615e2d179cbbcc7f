using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>What an inspection found.</summary>
/// <param name="Outcome">Whether the picture is good, defective or unlike any good one.</param>
/// <param name="Score">The picture's score, 0 or more, whatever the gate says: 1 is the median of good pictures, one more is their mean excess above it.</param>
/// <param name="Threshold">Scores above this are defects at the false-reject rate asked for.</param>
/// <param name="PValue">Share of good pictures expected to look this anomalous, 1/(n+1) to 1 (split conformal, n calibration pictures). The smallest for a picture that is unlike any.</param>
/// <param name="Profile">Name of the profile that was used.</param>
/// <param name="Bundle">Id of the bundle that was used.</param>
/// <param name="Milliseconds">Time from the frame in memory to the verdict; with a path, from the file.</param>
public readonly record struct Verdict(Outcome Outcome, double Score, double Threshold, double PValue, string Profile, string Bundle, double Milliseconds)
{
    /// <summary>Whether the part is NG: not <see cref="Outcome.Good"/>.</summary>
    public bool IsNg => Outcome != Outcome.Good;

    /// <summary>The score by which pictures are ranked: infinite where the picture is unlike any good one.</summary>
    public double Rank => Outcome == Outcome.Unlike ? double.PositiveInfinity : Score;

    /// <summary>What the profile ran in.</summary>
    public Precision Precision { get; init; }

    /// <summary>The reading whose map and score it is: t_scales, log_odds or reconstruction.</summary>
    public string DecidedBy { get; init; } = "";

    internal static Verdict Of(GateFinding? finding, float score, float threshold, ConformalScores scores, ProfileKey profile, string bundle, double milliseconds)
    {
        var outcome = finding is not null ? Outcome.Unlike : ConformalScores.IsDefect(score, threshold) ? Outcome.Defect : Outcome.Good;
        return new Verdict(outcome, score, threshold, scores.PValue(finding is null ? score : float.PositiveInfinity), profile.Name, bundle, milliseconds)
        {
            Precision = profile.Precision, Gate = finding,
        };
    }

    /// <summary>What is unlike any good picture, and by how much; null where nothing is.</summary>
    public GateFinding? Gate { get; init; }
}
