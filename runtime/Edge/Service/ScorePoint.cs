namespace Edge.Service;

/// <summary>An answer of the last hour.</summary>
/// <param name="UnixMilliseconds">When it was given.</param>
/// <param name="Score">Its score; NaN where there was no inspection.</param>
/// <param name="IsNg">What was answered.</param>
internal readonly record struct ScorePoint(long UnixMilliseconds, float Score, bool IsNg);
