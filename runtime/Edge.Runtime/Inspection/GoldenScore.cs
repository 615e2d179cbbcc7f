using Edge.Runtime.Bundles;

namespace Edge.Runtime.Inspection;

/// <summary>The score a golden sample got beside the one it must get.</summary>
/// <param name="Sample">The sample's place in the bundle.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="Precision">What it ran in.</param>
/// <param name="Expected">The score the bundle gives.</param>
/// <param name="Score">The score seen here.</param>
/// <param name="Tolerance">Largest difference allowed, relative to the expected score.</param>
internal readonly record struct GoldenScore(string Sample, string Profile, Precision Precision, double Expected, double Score, double Tolerance)
{
    /// <summary>Whether the score is close enough; a score that is not a number never is.</summary>
    public bool Agrees => Math.Abs(Score - Expected) <= Tolerance * Math.Abs(Expected);
}
