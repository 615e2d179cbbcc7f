namespace Edge.Service;

/// <summary>Whether the last pictures look as those the bundle was calibrated on.</summary>
/// <param name="Parts">Parts looked back on.</param>
/// <param name="Light">Whether brightness or sharpness have left the calibration's range; null where the bundle does not say what they were.</param>
/// <param name="Product">Whether the scores have moved though the light has not.</param>
/// <param name="Brightness">Median brightness of the window, 0 to 1.</param>
/// <param name="BrightnessShift">Its distance from the calibration's in standard deviations of the calibration.</param>
/// <param name="Sharpness">Median sharpness of the window.</param>
/// <param name="SharpnessShift">Likewise.</param>
/// <param name="ScoreDistance">Kolmogorov-Smirnov distance between the window's scores and the calibration's, 0 to 1.</param>
/// <param name="ScoreLimit">Distance above which it is an alarm.</param>
internal sealed record DriftState(
    int Parts, bool? Light, bool Product, double Brightness, double? BrightnessShift, double Sharpness, double? SharpnessShift, double ScoreDistance, double ScoreLimit);
