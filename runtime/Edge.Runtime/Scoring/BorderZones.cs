namespace Edge.Runtime.Scoring;

/// <summary>
/// Zones of equal distance from the nearest border, to <see cref="Count"/> - 1 pixels; the rest is one zone. A network sees less context at the border, so that
/// good pictures differ there. A row falls into runs of pixels of one zone.
/// </summary>
internal readonly record struct BorderZones(int Height, int Width)
{
    /// <summary>How many zones there are, whatever the picture's size.</summary>
    public const int Count = 17;

    /// <summary>The zone of a pixel, 0 to <see cref="Count"/> - 1.</summary>
    public int Zone(int y, int x) => Math.Min(FromEdge(y), Math.Min(x, Width - 1 - x));

    /// <summary>The first column after <paramref name="x"/> that may lie in another zone.</summary>
    public int RunEnd(int y, int x)
    {
        var depth = FromEdge(y);
        return x < depth || x > Width - 1 - depth ? x + 1 : Width - depth;
    }

    private int FromEdge(int y) => Math.Min(Count - 1, Math.Min(y, Height - 1 - y));
}
