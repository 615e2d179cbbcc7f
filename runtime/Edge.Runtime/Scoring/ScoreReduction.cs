using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>The score of a picture: the mean of the k largest values of its map, those of a mask aside. k = 1 is the maximum.</summary>
internal readonly record struct ScoreReduction
{
    private ScoreReduction(int topPixels) => TopPixels = topPixels;

    /// <summary>The largest value.</summary>
    public static ScoreReduction Max => new(1);

    /// <summary>k, 1 or more.</summary>
    public int TopPixels { get; }

    /// <summary>The mean of the k largest values; of all, where there are fewer.</summary>
    /// <exception cref="BundleException">k is below 1.</exception>
    public static ScoreReduction TopMean(int k) =>
        k >= 1 ? new(k) : throw new BundleException($"score: the number of top pixels is {k}; it must be 1 or more");

    /// <summary>Reduces a map. The result does not depend on where in the map the values lie.</summary>
    /// <param name="map">[H, W] the map.</param>
    /// <param name="mask">[H, W] 0 leaves a pixel out; empty leaves none out.</param>
    /// <param name="scratch">Working memory, k values or as many as the map has, whichever is less.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or the mask leaves no pixel.</exception>
    /// <exception cref="BundleException">The map holds a value that is not a number.</exception>
    public float Score(ReadOnlySpan<float> map, ReadOnlySpan<byte> mask, Span<float> scratch)
    {
        if (!mask.IsEmpty && mask.Length != map.Length)
            throw new ArgumentException($"a mask of {mask.Length} pixels for a map of {map.Length}", nameof(mask));
        var k = Math.Min(Math.Max(TopPixels, 1), map.Length);
        if (scratch.Length < k)
            throw new ArgumentException($"scratch has {scratch.Length} values, {k} are needed", nameof(scratch));

        // The k largest so far are kept as a heap with the least of them on top. Almost every vector of pixels lies below that one as a whole.
        var heap = scratch[..k];
        var count = 0;
        for (var i = 0; i < map.Length;)
        {
            var end = Math.Min(i + Vector<float>.Count, map.Length);
            if (count == k && end - i == Vector<float>.Count && Vector.LessThanOrEqualAll(new Vector<float>(map[i..]), new Vector<float>(heap[0])))
            {
                i = end;
                continue;
            }
            for (; i < end; i++)
            {
                if (!mask.IsEmpty && mask[i] == 0)
                    continue;
                if (float.IsNaN(map[i]))
                    throw new BundleException("score: the map holds a value that is not a number; the network or its constants are damaged");
                if (count < k)
                    Rise(heap, count++, map[i]);
                else if (map[i] > heap[0])
                    Sink(heap, map[i]);
            }
        }
        if (count == 0)
            throw new ArgumentException("the mask leaves no pixel to score", nameof(mask));

        // In descending order, so that the rounding of the sum does not depend on where the values were found.
        heap = heap[..count];
        heap.Sort();
        var sum = 0.0;
        for (var i = count - 1; i >= 0; i--)
            sum += heap[i];
        return (float)(sum / count);
    }

    private static void Rise(Span<float> heap, int i, float value)
    {
        for (; i > 0 && heap[(i - 1) / 2] > value; i = (i - 1) / 2)
            heap[i] = heap[(i - 1) / 2];
        heap[i] = value;
    }

    private static void Sink(Span<float> heap, float value)
    {
        var i = 0;
        for (var child = 1; child < heap.Length; child = 2 * i + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
                child++;
            if (heap[child] >= value)
                break;
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = value;
    }
}
