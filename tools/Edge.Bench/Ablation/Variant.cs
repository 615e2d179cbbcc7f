using Edge.Runtime.Bundles;

namespace Edge.Bench.Ablation;

/// <summary>One way to use the network, with one part of the method on or off.</summary>
/// <param name="Name">Names the profile it is calibrated as.</param>
/// <param name="Says">What is on, for people.</param>
/// <param name="Profile">The settings; constants and calibration are empty.</param>
internal sealed record Variant(string Name, string Says, Profile Profile);
