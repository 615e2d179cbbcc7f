using Edge.Runtime.Bundles;

namespace Edge.Bench;

/// <summary>How a bundle is opened; null and 0 leave the choice to the bundle and the machine.</summary>
/// <param name="Profile">The profile and its precision.</param>
/// <param name="Alpha">False-reject rate of the threshold.</param>
/// <param name="Threads">Threads of one network evaluation.</param>
/// <param name="TracePrefix">Beginning of the names of the files into which every node's time is written when it is closed; null for none.</param>
/// <param name="TraceShapes">Whether those files name every weight's shape; the times in them are then not those of a network as it runs.</param>
/// <param name="Depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
internal sealed record SubjectOptions(ProfileKey? Profile = null, double? Alpha = null, int Threads = 0, string? TracePrefix = null,
    bool TraceShapes = false, int Depth = 0);
