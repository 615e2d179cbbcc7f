namespace Edge.CommandLine;

/// <summary>What can change a picture of a part that stays as good as it was. The strength of each is in the unit given.</summary>
public enum Perturbation
{
    /// <summary>A share of the full scale added to every value; below 0 it gets darker.</summary>
    Brightness,

    /// <summary>A factor on the distance of every value from its channel's mean.</summary>
    Contrast,

    /// <summary>Standard deviation, in pixels, of a Gaussian that blurs: a lens out of focus.</summary>
    Blur,

    /// <summary>Standard deviation of independent normal noise on every value, as a share of the full scale: a sensor's gain.</summary>
    Noise,

    /// <summary>Quality of a JPEG file the picture goes through, 1 to 100.</summary>
    Jpeg,

    /// <summary>Degrees the picture is turned about its centre, anticlockwise.</summary>
    Rotation,

    /// <summary>A factor on what is shown, about the picture's centre.</summary>
    Scale,
}
