using Edge.Runtime.Inspection;
namespace Edge.Runtime;

/// <summary>Where the time of one inspection went, in milliseconds; the stages follow one another and add up to all of it.</summary>
/// <param name="Decode">File to frame; 0 for a frame that was in memory.</param>
/// <param name="Preprocess">Frame to the network's input.</param>
/// <param name="Network">In ONNX Runtime, all evaluations together.</param>
/// <param name="Arithmetic">All that the method does around the network: noise, sampler steps, tiles, planes.</param>
/// <param name="Scoring">Planes to map, score and verdict.</param>
public readonly record struct StageTimes(double Decode, double Preprocess, double Network, double Arithmetic, double Scoring)
{
    /// <summary>All stages together.</summary>
    public double Total => Decode + Preprocess + Network + Arithmetic + Scoring;
}
