using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>
/// What the network says of a picture, plane by plane, tile by tile. It is the expensive half of a map and needs no constants of normal
/// pictures, so a calibration does it once; <see cref="MapBuilder"/> is the other half.
/// </summary>
internal interface IMapMethod
{
    /// <summary>Planes a measurement has.</summary>
    int Planes { get; }

    /// <summary>Height and width of a tile are multiples of this.</summary>
    int SizeMultiple { get; }

    /// <summary>Runs the network on one tile.</summary>
    /// <param name="x0">[C, H, W] the tile.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="planes">[Planes, H, W] receives the measurement: 0 or more.</param>
    void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes);

    /// <summary>Begins with [C, H, W] what the method took the last tile for; empty where it reconstructs nothing.</summary>
    ReadOnlySpan<float> Reconstruction => [];
}
