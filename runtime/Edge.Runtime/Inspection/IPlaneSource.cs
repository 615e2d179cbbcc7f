using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>What a network says of a picture, as named planes, tile by tile. It is the expensive half of a map and needs no constants of good pictures.</summary>
internal interface IPlaneSource
{
    /// <summary>Names of the planes, in order.</summary>
    IReadOnlyList<string> Planes { get; }

    /// <summary>Height and width of a tile are multiples of this.</summary>
    int SizeMultiple { get; }

    /// <summary>Runs the network on one tile.</summary>
    /// <param name="x0">[C, H, W] the tile, in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="planes">[Planes, H, W] receives 0 or more.</param>
    void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes);

    /// <summary>Begins with [C, H, W] the reconstruction of the last tile; empty where there is none.</summary>
    ReadOnlySpan<float> Reconstruction => [];
}
