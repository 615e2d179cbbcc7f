namespace Edge.Runtime.Inspection;

/// <summary>What an inspection found.</summary>
/// <param name="IsDefect">Whether the part is NG: the score is above the threshold, or the picture is unlike any good one.</param>
/// <param name="Score">The picture's raw score, 0 or more; comparable within one profile of one bundle.</param>
/// <param name="Threshold">Scores above this are defects at the false-reject rate asked for.</param>
/// <param name="PValue">Share of good pictures expected to score this high, 1/(n+1) to 1 (split conformal, n calibration pictures); the smallest for a picture that is unlike any good one.</param>
/// <param name="Profile">The profile that was used.</param>
/// <param name="Bundle">Id of the bundle that was used.</param>
/// <param name="Milliseconds">Time from the frame in memory to the verdict; with a path, from the file.</param>
public readonly record struct Verdict(bool IsDefect, double Score, double Threshold, double PValue, string Profile, string Bundle, double Milliseconds)
{
    /// <summary>The profile whose map and score it is: <see cref="Profile"/>, or of a cascade the one of the two that decided.</summary>
    public string DecidedBy { get; init; } = Profile;

    /// <summary>What is unlike any good picture, and by how much: brightness, contrast or sharpness outside the range of the calibration's pictures. Null where nothing is.
    /// The score then says nothing.</summary>
    public string? Unlike { get; init; }
}
