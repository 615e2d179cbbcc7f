namespace Edge.Service;

/// <summary>A threshold somebody set, and for what.</summary>
internal sealed record OperatorThreshold(double Threshold, string BundleHash, string Profile, DateTimeOffset Time);
