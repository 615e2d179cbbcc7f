using System.Runtime.InteropServices;
using Edge.Configuration;
using Edge.Runtime;

namespace Edge.Outputs;

/// <summary>A line of a chip of the kernel's, by libgpiod. What it shows after the process was killed is up to the chip's driver.</summary>
internal sealed class GpioLine : SafeHandle, IGpioLine
{
    private readonly string place;
    private readonly nint line;

    /// <summary>Requests the line as an output that is off.</summary>
    /// <exception cref="DeviceException">There is no such chip or line, somebody else has it, or the library is missing.</exception>
    public GpioLine(GpioConfig config)
        : base(0, ownsHandle: true)
    {
        place = $"GPIO {config.Chip} line {config.Line}";
        try
        {
            SetHandle(GpioNative.OpenChip(config.Chip));
            Check(!IsInvalid, "chip not found; `gpiodetect` lists those there are, and the user must be in the group of its device file");
            line = GpioNative.GetLine(handle, (uint)config.Line);
            Check(line != 0, "no such line; `gpioinfo` lists those there are");
            Check(GpioNative.RequestOutput(line, "edge", config.ActiveLow ? GpioNative.ActiveLow : 0, 0) == 0, "cannot be had as an output; `gpioinfo` says who uses it");
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException($"{place}: the library libgpiod.so.2 is missing; install the Debian package libgpiod2.", e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    public void Set(bool on)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            Check(GpioNative.SetValue(line, on ? 1 : 0) == 0, "cannot be set");
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle()
    {
        if (line != 0)
            _ = GpioNative.SetValue(line, 0);
        GpioNative.CloseChip(handle);
        return true;
    }

    private void Check(bool done, string what)
    {
        if (!done)
            throw new DeviceException($"{place}: {what} ({Marshal.GetLastPInvokeErrorMessage()}).");
    }
}
