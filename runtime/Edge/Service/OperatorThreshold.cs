namespace Edge.Service;

/// <summary>A threshold somebody set, and for what.</summary>
/// <param name="Threshold">The score.</param>
/// <param name="BundleHash">The bundle.</param>
/// <param name="Profile">Profile and precision, as the text of a <see cref="Runtime.Bundles.ProfileKey"/>.</param>
/// <param name="Time">When it was set.</param>
internal sealed record OperatorThreshold(double Threshold, string BundleHash, string Profile, DateTimeOffset Time);
