namespace Edge.Evaluation.Metrics;

/// <summary>Connected regions of a defect mask, eight neighbours, as the official MVTec AD evaluation joins them.</summary>
internal static class Regions
{
    /// <summary>Numbers the regions of a mask.</summary>
    /// <param name="mask">[H, W] row by row, not 0 = defective.</param>
    /// <param name="width">Columns.</param>
    /// <param name="labels">[H, W] receives 0 outside, 1 .. n inside, numbered in the order in which rows meet them.</param>
    /// <returns>[n] pixels of each region; region k at index k - 1.</returns>
    public static int[] Label(ReadOnlySpan<byte> mask, int width, Span<int> labels)
    {
        // Union-find over pixels: a pixel joins the neighbours already seen (west, north-west, north, north-east); the root is a region's first pixel.
        var parent = new int[mask.Length];
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0)
                continue;
            parent[i] = i;
            var column = i % width;
            if (column > 0 && mask[i - 1] != 0)
                Join(parent, i, i - 1);
            if (i < width)
                continue;
            for (var c = Math.Max(column - 1, 0); c <= Math.Min(column + 1, width - 1); c++)
            {
                var above = i - width - column + c;
                if (mask[above] != 0)
                    Join(parent, i, above);
            }
        }

        var sizes = new List<int>();
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0)
            {
                labels[i] = 0;
                continue;
            }
            var root = Root(parent, i);
            if (root == i)
            {
                sizes.Add(0);
                labels[i] = sizes.Count;
            }
            else
                labels[i] = labels[root];
            sizes[labels[i] - 1]++;
        }
        return [.. sizes];
    }

    static void Join(int[] parent, int a, int b)
    {
        int first = Root(parent, a), second = Root(parent, b);
        parent[Math.Max(first, second)] = Math.Min(first, second);
    }

    static int Root(int[] parent, int i)
    {
        while (parent[i] != i)
            i = parent[i] = parent[parent[i]];
        return i;
    }
}
