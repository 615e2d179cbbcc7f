namespace Edge.Runtime.Scoring;

/// <summary>Which pixels share constants. Normal differs from place to place: at a picture's border for every network, anywhere on a part that always lies alike.</summary>
public enum PlaneZones
{
    /// <summary>All pixels share them.</summary>
    None,

    /// <summary>Pixels equally far from the nearest border share them, to <see cref="ZoneLayout.BorderWidth"/> pixels; the rest is one zone. For textures.</summary>
    Border,

    /// <summary>Pixels of one cell of a <see cref="ZoneLayout.GridSide"/> x <see cref="ZoneLayout.GridSide"/> grid share them. For parts that always lie alike.</summary>
    Grid,
}
