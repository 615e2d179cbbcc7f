namespace Edge.Runtime.Scoring;

/// <summary>Lays zones over a picture. A row falls into runs of pixels of one zone, so that arithmetic by zone stays arithmetic on vectors.</summary>
/// <param name="Zones">How pixels share constants.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ZoneLayout(PlaneZones Zones, int Height, int Width)
{
    /// <summary>Pixels from the border at which the inner zone begins.</summary>
    public const int BorderWidth = 16;

    /// <summary>Cells of the grid along a side.</summary>
    public const int GridSide = 16;

    /// <summary>How many zones there are, whatever the picture's size.</summary>
    public static int Count(PlaneZones zones) => zones switch
    {
        PlaneZones.None => 1,
        PlaneZones.Border => BorderWidth + 1,
        _ => GridSide * GridSide,
    };

    /// <summary>The zone of a pixel, 0 to <see cref="Count"/> - 1.</summary>
    public int Zone(int y, int x) => Zones switch
    {
        PlaneZones.None => 0,
        PlaneZones.Border => Math.Min(FromEdge(y), Math.Min(x, Width - 1 - x)),
        _ => y * GridSide / Height * GridSide + x * GridSide / Width,
    };

    /// <summary>The first column after <paramref name="x"/> that may lie in another zone.</summary>
    public int RunEnd(int y, int x)
    {
        switch (Zones)
        {
            case PlaneZones.None:
                return Width;
            case PlaneZones.Border:
                var depth = FromEdge(y);
                return x < depth || x > Width - 1 - depth ? x + 1 : Width - depth;
            default:
                var column = x * GridSide / Width + 1;
                return (column * Width + GridSide - 1) / GridSide;
        }
    }

    private int FromEdge(int y) => Math.Min(BorderWidth, Math.Min(y, Height - 1 - y));
}
