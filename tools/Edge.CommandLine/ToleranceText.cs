using System.Globalization;

namespace Edge.CommandLine;

/// <summary>Tolerances in words.</summary>
internal static class ToleranceText
{
    /// <summary>All of them in a line.</summary>
    public static string Of(Tolerance tolerance) => string.Join(", ", tolerance.Ranges.Select(range => Of(range.Key, range.Value)));

    private static string Of(Perturbation kind, ToleranceRange range)
    {
        var (_, none, _) = Perturbations.Range(kind);
        if (range.Low == none && range.High == none)
            return $"{Name(kind)} none";
        return kind switch
        {
            Perturbation.Brightness => $"brightness {Signed(range.Low)} to {Signed(range.High)} of full scale",
            Perturbation.Contrast or Perturbation.Scale => $"{Name(kind)} x{Number(range.Low)} to x{Number(range.High)}",
            Perturbation.Blur => $"blur to {Number(range.High)} px",
            Perturbation.Noise => $"noise to {Number(range.High)} of full scale",
            Perturbation.Jpeg => $"JPEG down to quality {Number(range.Low)}",
            _ => $"rotation {Number(range.Low)} to {Number(range.High)} degrees",
        };
    }

    public static string Name(Perturbation kind) => kind == Perturbation.Jpeg ? "JPEG" : kind.ToString().ToLowerInvariant();

    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Signed(double value) => value.ToString("+0.###;-0.###;0", CultureInfo.InvariantCulture);
}
