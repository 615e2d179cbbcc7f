namespace Edge.Service;

/// <summary>Scores of the last hour of a station, for the trend and for what another threshold would have done.</summary>
internal sealed class ScoreHistory
{
    /// <summary>An hour at 60 parts a second; beyond that the oldest go first.</summary>
    private const int Most = 216_000;

    private readonly Queue<ScorePoint> points = new();
    private readonly Lock gate = new();

    /// <summary>Adds an answer; without a score where there was no inspection.</summary>
    public void Add(DateTimeOffset time, double? score, bool isNg)
    {
        lock (gate)
        {
            points.Enqueue(new ScorePoint(time.ToUnixTimeMilliseconds(), (float)(score ?? float.NaN), isNg));
            Forget(time);
        }
    }

    /// <summary>The points since a moment, oldest first.</summary>
    public ScorePoint[] Since(DateTimeOffset moment)
    {
        var from = moment.ToUnixTimeMilliseconds();
        lock (gate)
            return [.. points.Where(point => point.UnixMilliseconds >= from)];
    }

    private void Forget(DateTimeOffset now)
    {
        var oldest = now.AddHours(-1).ToUnixTimeMilliseconds();
        while (points.Count > Most || points.TryPeek(out var first) && first.UnixMilliseconds < oldest)
            points.Dequeue();
    }
}
