namespace Edge.Runtime.Bundles;

/// <summary>How a picture becomes the network's input. Values go from [0, 255] (or [0, 65535]) to [-1, 1].</summary>
internal sealed record Preprocessing
{
    /// <summary>Factor on height and width, the same for every picture, so that texture keeps its scale; above 0, at most 1.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether every picture is given one exposure, see <see cref="Imaging.EqualExposure"/>: for parts that come in lights which differ more than what the pictures show.</summary>
    public bool EqualExposure { get; init; }

    /// <summary>Longest side, in pixels after scaling, that is inspected whole; larger pictures are cut into overlapping tiles of this side.</summary>
    public int Tile { get; init; } = 512;
}
