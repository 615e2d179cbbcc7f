using Edge.Runtime;
using Edge.Configuration;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Service;

/// <summary>
/// Watches whether the last pictures look as those the bundle was calibrated on. Brightness, sharpness and score of the window are each compared
/// with the calibration's by the two-sample Kolmogorov-Smirnov test. It asks nothing of how they are distributed and sees all three with like
/// sharpness, so that scores that move because the light moves find the light's alarm on already. Adding is for one thread, reading for any.
/// </summary>
internal sealed class DriftMonitor
{
    /// <summary>A change of brightness or sharpness below this share of the calibration's median is no lamp's or lens's fault, however steady the calibration was.</summary>
    private const double LeastChange = 0.01;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly double falseAlarm;
    private readonly float[] scores;
    private readonly float[]? brightness;
    private readonly float[]? sharpness;
    private readonly float[][] window;
    private readonly float[] sorted;
    private long parts;
    private long updated;
    private volatile DriftState? state;

    public DriftMonitor(DriftConfig config, Inspector inspector)
        : this(config, inspector.Model.Profile.Calibration.Scores, inspector.Model.Bundle.Manifest.Light, TimeProvider.System)
    {
    }

    /// <param name="config">Window and rate of false alarms.</param>
    /// <param name="scores">The calibration's.</param>
    /// <param name="light">The calibration's; null where the bundle does not know it.</param>
    /// <param name="time">The clock.</param>
    public DriftMonitor(DriftConfig config, IEnumerable<float> scores, LightCalibration? light, TimeProvider time)
    {
        (this.time, falseAlarm) = (time, config.FalseAlarm);
        (this.scores, brightness, sharpness) = ([.. scores.Order()], light?.Brightness.Order().ToArray(), light?.Sharpness.Order().ToArray());
        window = [new float[config.Window], new float[config.Window], new float[config.Window]];
        sorted = new float[config.Window];
    }

    /// <summary>Null until the window is full.</summary>
    public DriftState? State => state;

    public void Add(in Frame frame, double score) => Add(PictureLight.Of(frame), score);

    public void Add(PictureLight light, double score)
    {
        var place = (int)(parts++ % sorted.Length);
        (window[0][place], window[1][place], window[2][place]) = ((float)light.Brightness, (float)light.Sharpness, (float)score);
        if (parts < sorted.Length || state is not null && time.GetElapsedTime(updated) < Interval)
            return;
        updated = time.GetTimestamp();
        state = Compare();
    }

    private DriftState Compare()
    {
        // Either of the two raises the light's alarm, so each may give half of the false ones.
        var (brightnessMedian, brightnessShift, darker) = Compare(window[0], brightness);
        var (sharpnessMedian, sharpnessShift, blurred) = Compare(window[1], sharpness);
        bool? light = brightness is null ? null : darker || blurred;
        Sort(window[2]);
        var distance = KolmogorovSmirnov.Distance(sorted, scores);
        var limit = KolmogorovSmirnov.Limit(sorted.Length, scores.Length, falseAlarm);
        return new DriftState(sorted.Length, light, distance > limit && light != true, brightnessMedian, brightnessShift, sharpnessMedian, sharpnessShift, distance, limit);
    }

    private (double Median, double? Shift, bool Alarm) Compare(float[] values, float[]? calibration)
    {
        Sort(values);
        var median = Median(sorted);
        if (calibration is null)
            return (median, null, false);
        var (usual, mean) = (Median(calibration), calibration.Average(v => (double)v));
        var tolerance = LeastChange * usual;
        var deviation = Math.Sqrt(calibration.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, calibration.Length - 1));
        var alarm = KolmogorovSmirnov.Distance(sorted, calibration, tolerance) > KolmogorovSmirnov.Limit(sorted.Length, calibration.Length, falseAlarm / 2);
        return (median, (median - usual) / Math.Max(deviation, Math.Max(tolerance, 1e-9)), alarm);
    }

    private void Sort(float[] values)
    {
        values.CopyTo(sorted, 0);
        Array.Sort(sorted);
    }

    private static double Median(float[] ascending) => (ascending[(ascending.Length - 1) / 2] + (double)ascending[ascending.Length / 2]) / 2;
}
