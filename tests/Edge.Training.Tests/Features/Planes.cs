namespace Edge.Training.Tests.Features;

/// <summary>What a memory does with layers, worked out value by value.</summary>
internal static class Planes
{
    /// <summary>The mean of the 3x3 cells about each cell; at the rim of the cells that there are.</summary>
    public static float[] Means(float[] channel, int height, int width) => [.. Enumerable.Range(0, height * width).Select(place =>
    {
        var (sum, count) = (0.0, 0);
        for (var y = Math.Max(0, place / width - 1); y <= Math.Min(height - 1, place / width + 1); y++)
            for (var x = Math.Max(0, place % width - 1); x <= Math.Min(width - 1, place % width + 1); x++)
            {
                sum += channel[y * width + x];
                count++;
            }
        return (float)(sum / count);
    })];

    /// <summary>Enlarges between the middles of cells; beyond the outermost middles a value stays as it is.</summary>
    public static float[] Larger(float[] plane, int height, int width, int factor) =>
        [.. Enumerable.Range(0, height * factor * width * factor).Select(i =>
    {
        var y = Math.Clamp((i / (width * factor) + 0.5) / factor - 0.5, 0, height - 1);
        var x = Math.Clamp((i % (width * factor) + 0.5) / factor - 0.5, 0, width - 1);
        var (top, left) = ((int)y, (int)x);
        var (bottom, right) = (Math.Min(top + 1, height - 1), Math.Min(left + 1, width - 1));
        var upper = plane[top * width + left] + (x - left) * (plane[top * width + right] - plane[top * width + left]);
        var lower = plane[bottom * width + left] + (x - left) * (plane[bottom * width + right] - plane[bottom * width + left]);
        return (float)(upper + (y - top) * (lower - upper));
    })];

    public static double Distance(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
