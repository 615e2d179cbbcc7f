namespace Edge.Cameras;

/// <summary>How long a stream may take to its first picture: twice as long after each opening for which that was too short.</summary>
internal sealed class OpeningPatience
{
    /// <summary>It grows to this where the configuration does not say more; the supervisor gives up after 30 s.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    private readonly TimeSpan first;

    /// <param name="first">What the configuration says: the first opening's.</param>
    public OpeningPatience(TimeSpan first) => Current = this.first = first;

    public TimeSpan Current { get; private set; }

    /// <summary>An opening ran out of it.</summary>
    public void Grow() => Current = Bound(2 * Current);

    /// <summary>An opening succeeded; the next one gets twice its time, in case the stream is slower then.</summary>
    public void Learn(TimeSpan took) => Current = Bound(2 * took);

    private TimeSpan Bound(TimeSpan wanted) => wanted < first || first > Longest ? first : wanted > Longest ? Longest : wanted;
}
