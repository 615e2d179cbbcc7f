using System.Runtime.InteropServices;
using Edge.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Edge.Cameras;

/// <summary>The controls of a device file, by ioctl. OpenCV's properties tell neither ranges nor reasons, so they are not used for these.</summary>
internal sealed unsafe partial class V4l2Device : IV4l2Controls
{
    // linux/videodev2.h: _IOWR('V', 36, struct v4l2_queryctrl), _IOWR('V', 27, struct v4l2_control), _IOWR('V', 28, struct v4l2_control).
    private const nuint QueryControl = 0xC0445624, GetControl = 0xC008561B, SetControl = 0xC008561C;

    /// <summary>V4L2_CTRL_FLAG_DISABLED.</summary>
    private const uint Disabled = 1;

    private readonly SafeFileHandle file;

    /// <exception cref="DeviceException">The device file cannot be opened.</exception>
    public V4l2Device(string path)
    {
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{path}: its controls cannot be reached: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    public V4l2Control? Query(uint id)
    {
        var query = new ControlQuery { Id = id };
        return ioctl(file, QueryControl, &query) == 0 && (query.Flags & Disabled) == 0 ? new V4l2Control(query.Minimum, query.Maximum) : null;
    }

    public string? Set(uint id, int value)
    {
        var control = new ControlValue { Id = id, Value = value };
        return ioctl(file, SetControl, &control) == 0 ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
    }

    public int? Get(uint id)
    {
        var control = new ControlValue { Id = id };
        return ioctl(file, GetControl, &control) == 0 ? control.Value : null;
    }

    public void Dispose() => file.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, void* argument);

    /// <summary>struct v4l2_control.</summary>
    private struct ControlValue
    {
        public uint Id;
        public int Value;
    }

    /// <summary>struct v4l2_queryctrl, 68 bytes.</summary>
    private struct ControlQuery
    {
        public uint Id, Type;
        public fixed byte Name[32];
        public int Minimum, Maximum, Step, Default;
        public uint Flags;
        public fixed uint Reserved[2];
    }
}
