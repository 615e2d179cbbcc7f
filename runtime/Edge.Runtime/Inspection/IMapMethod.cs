using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>
/// A way from a picture to an anomaly map, in two steps: what the network says of it, tile by tile, and what that means beside the
/// normals' constants, over the whole picture. The first is expensive and needs no constants, so a calibration does it once.
/// </summary>
internal interface IMapMethod
{
    /// <summary>Planes a measurement has.</summary>
    int Planes { get; }

    /// <summary>Runs the network on one tile.</summary>
    /// <param name="x0">[C, H, W] the tile.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="planes">[Planes, H, W] receives the measurement.</param>
    void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes);

    /// <summary>The constants of normal pictures.</summary>
    MapConstants Fit(IEnumerable<Planes> normals);

    /// <summary>Sets the constants that <see cref="Map"/> uses from now on.</summary>
    void Use(MapConstants constants);

    /// <summary>Makes the anomaly map of a whole picture from its measurement.</summary>
    /// <param name="planes">[Planes, H, W] the measurement.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="map">[H, W] receives the map, 0 or more; larger is stranger.</param>
    void Map(ReadOnlySpan<float> planes, int height, int width, Span<float> map);
}
