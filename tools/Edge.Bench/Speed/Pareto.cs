namespace Edge.Bench.Speed;

/// <summary>Which of several choices nobody would replace.</summary>
internal static class Pareto
{
    /// <summary>The choices than which none is at once no dearer and no worse, and one of both better; indices by ascending cost.</summary>
    /// <param name="points">What each costs and what it is worth.</param>
    public static IReadOnlyList<int> Front(IReadOnlyList<(double Cost, double Worth)> points)
    {
        List<int> front = [];
        var best = double.NegativeInfinity;
        foreach (var i in Enumerable.Range(0, points.Count).OrderBy(i => points[i].Cost).ThenByDescending(i => points[i].Worth))
        {
            if (!(points[i].Worth > best))
                continue;
            front.Add(i);
            best = points[i].Worth;
        }
        return front;
    }
}
