using Edge.Runtime.Bundles;
namespace Edge.Runtime;

/// <summary>The arithmetic that the networks run in.</summary>
public enum Precision
{
    /// <summary>32-bit floats, on any device.</summary>
    Fp32,

    /// <summary>Eight-bit integers, on the CPU, with a network for each timestep the profile reads.</summary>
    Int8,
}
