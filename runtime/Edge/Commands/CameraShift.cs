using Edge.Runtime;
using System.Text.Json.Serialization;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;

namespace Edge.Commands;

/// <summary>How far this box's pictures lie from those a bundle was calibrated on before, and whether a profile tolerates it.</summary>
internal sealed record CameraShift
{
    /// <summary>brightness, contrast, sharpness or noise.</summary>
    public required string Quantity { get; init; }

    /// <summary>Median of the pictures the bundle was calibrated on; null where it does not say.</summary>
    public required double? Before { get; init; }

    /// <summary>Median of this box's pictures.</summary>
    public required double Now { get; init; }

    /// <summary>What has changed: for brightness the difference, for contrast and sharpness the factor, for noise the deviation of the noise that came on top,
    /// 0 where there is less than before.</summary>
    public double? Shift { get; init; }

    /// <summary>The least shift tolerated; null where there is no such side, or the bundle does not say.</summary>
    public double? Low { get; init; }

    /// <summary>The most.</summary>
    public double? High { get; init; }

    /// <summary>Whether the shift is tolerated; null where the bundle does not say.</summary>
    public bool? Inside => Shift is null || Low is null && High is null ? null : !(Shift < Low || Shift > High);

    /// <summary>What a person turns to mend it.</summary>
    [JsonIgnore]
    public string Remedy => Quantity switch
    {
        "brightness" => "lamp, exposure and aperture",
        "contrast" => "lamp, stray light and gamma",
        "sharpness" => "focus and dirt on the lens",
        _ => "gain, light and exposure",
    };

    /// <summary>The shift with its sign or factor.</summary>
    [JsonIgnore]
    public string ShiftText => Shift is { } shift ? Text(shift) : "not known";

    /// <summary>What is tolerated.</summary>
    [JsonIgnore]
    public string ToleranceSpan => (Low, High) switch
    {
        (null, null) => "not known",
        (null, { } high) => $"up to {Text(high)}",
        ({ } low, null) => $"down to {Text(low)}",
        ({ } low, { } high) => low == high ? "no change" : $"{Text(low)} to {Text(high)}",
    };

    /// <summary>Holds pictures against a bundle.</summary>
    /// <param name="bundle">The bundle as it was.</param>
    /// <param name="tolerance">What a profile of it tolerates; null where nobody has measured it.</param>
    /// <param name="now">This box's pictures, one or more.</param>
    public static IReadOnlyList<CameraShift> Of(Bundle bundle, Tolerance? tolerance, LightCalibration now)
    {
        var (before, ranges) = (bundle.Manifest.Light, tolerance?.Ranges);
        ToleranceRange? brightness = RangeOf(Perturbation.Brightness), contrast = RangeOf(Perturbation.Contrast);
        return
        [
            Row("brightness", light => light.Brightness, (old, fresh) => fresh - old, brightness?.Low, brightness?.High),
            Row("contrast", light => light.Contrast, Factor, contrast?.Low, contrast?.High),
            Row("sharpness", Acutance, Factor, RangeOf(Perturbation.Blur) is { } blur ? LeastSharpness(bundle, blur.High) : null, null),
            // Variances of independent noise add up; what the texture itself shows as noise drops out where it is the same.
            Row("noise", light => light.Noise, (old, fresh) => Math.Sqrt(Math.Max(0, fresh * fresh - old * old)), null, RangeOf(Perturbation.Noise)?.High),
        ];

        ToleranceRange? RangeOf(Perturbation kind) => ranges?.GetValueOrDefault(kind);

        CameraShift Row(string quantity, Func<LightCalibration, List<float>> values, Func<double, double, double?> shift, double? low, double? high)
        {
            var (old, fresh) = (before is null ? null : MedianOf(values(before)), MedianOf(values(now))!.Value);
            return new CameraShift { Quantity = quantity, Before = old, Now = fresh, Shift = old is { } known ? shift(known, fresh) : null, Low = low, High = high };
        }
    }

    private static double? Factor(double old, double fresh) => old > 0 ? fresh / old : null;

    /// <summary>Sharpness over contrast: blur alone lowers it, not more or less light of any kind.</summary>
    private static List<float> Acutance(LightCalibration light) =>
        [.. light.Contrast.Select((contrast, i) => contrast > 0 ? light.Sharpness[i] * light.Brightness[i] / contrast : 0)];

    /// <summary>What is left of the golden samples' sharpness after a blur: the bundle has no other pictures to tell by.</summary>
    private static double? LeastSharpness(Bundle bundle, double sigma)
    {
        List<float> left = [];
        foreach (var path in bundle.GoldenSamplePaths)
        {
            using var picture = PictureFile.Read(path);
            var frame = picture.AsFrame();
            var (sharp, dull) = (Acutance(frame), Acutance(Perturbations.Apply(frame, Perturbation.Blur, sigma)));
            if (sharp > 0)
                left.Add((float)(dull / sharp));
        }
        return MedianOf(left);
    }

    private static double Acutance(in Frame frame)
    {
        var light = PictureLight.Of(frame);
        return light.Contrast > 0 ? light.Sharpness * light.Brightness / light.Contrast : 0;
    }

    private static double? MedianOf(List<float> values) => values.Count == 0 ? null : Quantile.Of(values.ToArray(), 0.5);

    private string Text(double shift) => Quantity is "brightness" or "noise" ? ToleranceText.Signed(shift) : $"x{ToleranceText.Number(shift)}";
}
