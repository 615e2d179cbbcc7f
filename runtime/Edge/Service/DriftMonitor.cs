using Edge.Configuration;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Service;

/// <summary>Watches whether the last pictures look as those the bundle was calibrated on.</summary>
internal sealed class DriftMonitor(DriftConfig config, Inspector inspector)
{
    /// <summary>Null until the window is full.</summary>
    public DriftState? State { get; private set; }

    public void Add(in Frame frame, double score)
    {
        _ = (config, inspector, frame.Width, score);
    }
}
