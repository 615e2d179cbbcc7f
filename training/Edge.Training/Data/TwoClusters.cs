using System.Numerics.Tensors;
using Edge.Runtime.Scoring;

namespace Edge.Training.Data;

/// <summary>
/// Finds that vectors are of two clusters far apart, such as pictures of two products. The gap between the clusters is the longest edge of the
/// minimal spanning tree with more than a few vectors on either side. It counts where it is long beside the tree's other edges, and where the
/// means lie far apart beside the spread about them. Rolls of one fabric have such gaps too, but a roll lies within the spread of the others.
/// </summary>
/// <remarks>
/// The limits were chosen on the eight development sets. Of these and 200 random halves of them, those with gaps beyond the limit have means at
/// most 2.33 spreads apart. Of two sets in one, both grey or both in colour, mixed half and half, 4 to 1 and 19 to 1, every gap is 2.2 or more
/// and the means lie 2.50 or more spreads apart. But aitex_02 and aitex_05 are one kind of cloth and are not told apart.
/// </remarks>
internal static class TwoClusters
{
    /// <summary>Fewer vectors than these have gaps by chance.</summary>
    public const int Fewest = 20;

    /// <summary>The gap is at least this many times as long as the tree's edges at <see cref="UsualQuantile"/>.</summary>
    private const double LeastGap = 1.8;

    private const double UsualQuantile = 0.9;

    /// <summary>The means' distance is at least this many times the larger cluster's root mean square distance from its mean.</summary>
    private const double LeastDistance = 2.4;

    /// <summary>A smaller share of all, or one vector alone, is odd and no cluster.</summary>
    private const double LeastShare = 0.03;

    /// <summary>Which vectors are of the smaller cluster.</summary>
    /// <param name="vectors">Vectors of one length.</param>
    /// <returns>Their indices in ascending order; empty where there is one cluster.</returns>
    public static IReadOnlyList<int> Smaller(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Count < Fewest)
            return [];
        var edges = SpanningTree(vectors);
        edges.Sort((a, b) => b.Length.CompareTo(a.Length));
        var usual = Quantile.Of([.. edges.Select(edge => edge.Length)], UsualQuantile);
        var least = Math.Max(2, (int)(LeastShare * vectors.Count));
        foreach (var edge in edges.TakeWhile(edge => edge.Length > 0 && edge.Length >= LeastGap * usual))
        {
            var side = Side(edges, edge, vectors.Count);
            var others = Enumerable.Range(0, vectors.Count).Except(side).ToArray();
            if (Math.Min(side.Count, others.Length) < least)
                continue;
            int[] smaller = [.. (side.Count <= others.Length ? side : (IEnumerable<int>)others).Order()];
            return AreFarApart(vectors, side, others) ? smaller : [];
        }
        return [];
    }

    /// <summary>The edges that connect all vectors with the least length in sum (Prim 1957).</summary>
    private static List<(int From, int To, float Length)> SpanningTree(IReadOnlyList<float[]> vectors)
    {
        var (distance, nearest) = (new float[vectors.Count], new int[vectors.Count]);
        Array.Fill(distance, float.PositiveInfinity);
        var (edges, outside, last) = (new List<(int, int, float)>(), Enumerable.Range(1, vectors.Count - 1).ToList(), 0);
        while (outside.Count > 0)
        {
            foreach (var i in outside)
                if (TensorPrimitives.Distance<float>(vectors[i], vectors[last]) is var length && length < distance[i])
                    (distance[i], nearest[i]) = (length, last);
            last = outside.MinBy(i => distance[i]);
            outside.Remove(last);
            edges.Add((nearest[last], last, distance[last]));
        }
        return edges;
    }

    /// <summary>What still hangs together with an edge's end when the edge is cut.</summary>
    private static HashSet<int> Side(List<(int From, int To, float Length)> edges, (int From, int To, float Length) cut, int count)
    {
        var neighbours = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        foreach (var edge in edges.Where(edge => edge != cut))
        {
            neighbours[edge.From].Add(edge.To);
            neighbours[edge.To].Add(edge.From);
        }
        var (side, rim) = (new HashSet<int> { cut.To }, new Stack<int>([cut.To]));
        while (rim.TryPop(out var at))
            foreach (var next in neighbours[at].Where(side.Add))
                rim.Push(next);
        return side;
    }

    private static bool AreFarApart(IReadOnlyList<float[]> vectors, IReadOnlyCollection<int> some, IReadOnlyCollection<int> others)
    {
        var (first, second) = (Moments(some), Moments(others));
        return TensorPrimitives.Distance<float>(first.Mean, second.Mean) >= LeastDistance * Math.Max(first.Spread, second.Spread);

        (float[] Mean, double Spread) Moments(IReadOnlyCollection<int> members)
        {
            var mean = new float[vectors[0].Length];
            foreach (var i in members)
                TensorPrimitives.Add(mean, vectors[i], mean);
            TensorPrimitives.Divide(mean, members.Count, mean);
            var squares = members.Sum(i => Math.Pow(TensorPrimitives.Distance<float>(vectors[i], mean), 2));
            return (mean, Math.Sqrt(squares / (members.Count - 1)));
        }
    }
}
