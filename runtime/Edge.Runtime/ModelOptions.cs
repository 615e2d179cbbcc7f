using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Microsoft.Extensions.Logging;

namespace Edge.Runtime;

/// <summary>How a <see cref="Model"/> is opened.</summary>
public sealed record ModelOptions
{
    /// <summary>The profile; null takes the bundle's default.</summary>
    public string? Profile { get; init; }

    /// <summary>What the profile's networks run in; null takes fp32. Int8 is for the CPU, where the bundle has it for the profile.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Told which bundle is opened and on what it runs, and with a warning when the best device does not work; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Where and how the network runs; by default on the best device there is.</summary>
    public InferenceOptions Inference { get; init; } = new();
}
