using System.Collections.Concurrent;
using Edge.Service;

namespace Edge.Web;

/// <summary>The last pictures of each station for the page; costs nothing while nobody looks and nothing is rejected.</summary>
internal sealed class LiveView(TimeProvider? time = null) : ISnapshotSink
{
    private readonly ConcurrentDictionary<string, StationPictures> stations = new();

    public bool Wants(PartResult result) => Of(result.Station).Wants(result);

    public void Take(Snapshot snapshot) => Of(snapshot.Result.Station).Take(snapshot);

    /// <summary>A station's last picture; null where there is none yet. Whoever asks keeps them coming for some seconds.</summary>
    public LivePicture? Watch(string station) => Of(station).Watch();

    /// <param name="station">Name of a station there is: what is asked for here stays in memory.</param>
    public StationPictures Of(string station) => stations.GetOrAdd(station, _ => new StationPictures(time ?? TimeProvider.System));
}
