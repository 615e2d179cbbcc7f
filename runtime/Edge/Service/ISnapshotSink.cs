namespace Edge.Service;

/// <summary>Somebody who wants pictures of some results: the store, the page.</summary>
internal interface ISnapshotSink
{
    /// <summary>Whether this result's picture is wanted; asked on the station's thread, so it must be quick.</summary>
    bool Wants(PartResult result);

    /// <summary>Takes a picture that was wanted. Never waits.</summary>
    void Take(Snapshot snapshot);
}
