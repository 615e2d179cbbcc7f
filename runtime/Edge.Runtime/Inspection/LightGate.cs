using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// Holds a picture's brightness, contrast and sharpness against the calibration's pictures. A low score is no proof of goodness, since a picture without structure is easy to
/// denoise: what lies outside the calibration's range by more than the range's own width is unlike any good picture, and NG. A bundle that does not know its light has no gate.
/// </summary>
internal sealed class LightGate
{
    /// <summary>Least width of a range, as a power of two, so that a steady lamp does not make the next lamp's picture unlike all others.</summary>
    private const double LeastWidth = 0.4;

    /// <summary>Added before the logarithm: half a grey level of 256, so that black is far away and not at minus infinity.</summary>
    private const double Floor = 0.5 / 255;

    private readonly (string Name, double Low, double High)[] ranges;

    /// <param name="light">Of the calibration's pictures; null where the bundle does not know it.</param>
    public LightGate(LightCalibration? light) => ranges = light is null ? [] :
    [
        .. Range("brightness", light.Brightness), .. Range("contrast", light.Contrast), .. Range("sharpness", light.Sharpness),
    ];

    /// <summary>What is unlike any good picture, and by how much; null where nothing is. Allocates nothing for such a picture.</summary>
    public string? Check(in Frame frame)
    {
        if (ranges.Length == 0)
            return null;
        var light = PictureLight.Of(frame);
        foreach (var (name, low, high) in ranges)
        {
            var value = Log(name switch { "brightness" => light.Brightness, "contrast" => light.Contrast, _ => light.Sharpness });
            if (value < low || value > high)
                return FormattableString.Invariant($"{name} is {Math.Pow(2, value - (value < low ? low : high)):0.##} times the {(value < low ? "lowest" : "highest")} that is accepted");
        }
        return null;
    }

    /// <summary>The range of the calibration's pictures, wider by its own width on both sides, and by more where few pictures were seen, whose range is too narrow.</summary>
    private static IEnumerable<(string, double, double)> Range(string name, List<float> values)
    {
        if (values.Count == 0)
            yield break;
        var (least, most) = (Log(values.Min()), Log(values.Max()));
        var width = Math.Max(most - least, LeastWidth) * (1 + 8.0 / values.Count);
        yield return (name, least - width, most + width);
    }

    private static double Log(double share) => Math.Log2(share + Floor);
}
