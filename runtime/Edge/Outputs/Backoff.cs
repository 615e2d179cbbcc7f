namespace Edge.Outputs;

/// <summary>Pauses between attempts: each about twice the last, up to a longest, give or take a quarter so that many boxes do not come back at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan last;

    public TimeSpan Next()
    {
        last = last == default ? first : last * 2 < longest ? last * 2 : longest;
        return last * (0.75 + 0.5 * Random.Shared.NextDouble());
    }

    public void Reset() => last = default;
}
