using Edge.Service;

namespace Edge.Web;

/// <summary>The last pictures of each station for the page; costs nothing while nobody looks.</summary>
internal sealed class LiveView : ISnapshotSink
{
    public bool Wants(InspectionResult result) => false;

    public void Take(Snapshot snapshot) { }
}
