using System.Globalization;
using Edge.Configuration;
using Edge.Runtime;
using Microsoft.Extensions.Logging;

namespace Edge.Cameras;

/// <summary>Sets exposure, gain, white balance and focus of a V4L2 device and reads them back: automatics are drift.</summary>
internal static class V4l2Settings
{
    // V4L2_CID_...
    public const uint AutoWhiteBalance = 0x0098090C, AutoGain = 0x00980912, Gain = 0x00980913, WhiteBalance = 0x0098091A;
    public const uint AutoExposure = 0x009A0901, Exposure = 0x009A0902, Focus = 0x009A090A, AutoFocus = 0x009A090C;

    /// <summary>V4L2_EXPOSURE_MANUAL; of the other automatics, 0 is off.</summary>
    public const int ManualExposure = 1;

    /// <summary>The unit of V4L2's exposure, microseconds.</summary>
    private const int ExposureUnit = 100;

    /// <exception cref="DeviceException">The device has no such control, or refuses the value.</exception>
    public static void Apply(V4l2Config config, IV4l2Controls device, ILogger log)
    {
        if (config.ExposureUs is { } exposure)
            Apply("exposure_us", exposure, Exposure, ExposureUnit, AutoExposure, ManualExposure);
        if (config.Gain is { } gain)
            Apply("gain", gain, Gain, 1, AutoGain, 0);
        if (config.WhiteBalanceK is { } kelvin)
            Apply("white_balance_k", kelvin, WhiteBalance, 1, AutoWhiteBalance, 0);
        if (config.Focus is { } focus)
            Apply("focus", focus, Focus, 1, AutoFocus, 0);

        void Apply(string field, double wanted, uint id, int unit, uint automatic, int off)
        {
            if (device.Query(id) is not { } control)
                throw Refused(field, wanted, "the device has no such control; remove it");
            // Not every device has an automatic; one that has must let go of it before it takes a value.
            if (device.Query(automatic) is not null && (device.Set(automatic, off) ?? (device.Get(automatic) == off ? null : "it stays on")) is { } kept)
                throw Refused(field, wanted, $"its automatic cannot be switched off: {kept}");
            if (wanted < (double)control.Minimum * unit || wanted > (double)control.Maximum * unit)
                throw Refused(field, wanted, Text($"the device takes {(double)control.Minimum * unit} to {(double)control.Maximum * unit}"));
            if (device.Set(id, (int)Math.Round(wanted / unit)) is { } reason)
                throw Refused(field, wanted, $"the device refuses it: {reason}");
            if (device.Get(id) is not { } value)
                throw Refused(field, wanted, "the device does not say whether it took it");
            if ((double)value * unit is var taken && taken != wanted)
                log.LogWarning("{Fault}", Text($"{config.Device}: camera.v4l2.{field} is {taken}, not {wanted} as configured: the device rounds"));
        }

        DeviceException Refused(string field, double wanted, string why) => new(Text($"{config.Device}: camera.v4l2.{field} {wanted}: {why}."));

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
