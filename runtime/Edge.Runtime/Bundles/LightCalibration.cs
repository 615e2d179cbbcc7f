namespace Edge.Runtime.Bundles;

/// <summary>Brightness, sharpness, contrast and noise of the pictures a bundle was calibrated on, as the camera gave them; see <see cref="Imaging.PictureLight"/>.</summary>
internal sealed record LightCalibration
{
    /// <summary>Of each picture, 0 to 1.</summary>
    public List<float> Brightness { get; init; } = [];

    /// <summary>Of each picture, in the same order, 0 or more.</summary>
    public List<float> Sharpness { get; init; } = [];

    /// <summary>Of each picture, in the same order, 0 to 1; empty in bundles that do not know it.</summary>
    public List<float> Contrast { get; init; } = [];

    /// <summary>Of each picture, in the same order, 0 or more; empty in bundles that do not know it.</summary>
    public List<float> Noise { get; init; } = [];
}
