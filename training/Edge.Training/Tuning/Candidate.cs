using Edge.Runtime.Bundles;

namespace Edge.Training.Tuning;

/// <summary>Settings that may become a profile.</summary>
/// <param name="Changed">What sets them apart from those before, for people.</param>
/// <param name="Profile">The settings; constants and calibration are empty.</param>
internal sealed record Candidate(string Changed, Profile Profile);
