namespace Edge.Bench;

/// <summary>How a bundle is opened; null and 0 leave the choice to the bundle and the machine.</summary>
internal sealed record SubjectOptions(string? Profile = null, double? Alpha = null, int Threads = 0);
