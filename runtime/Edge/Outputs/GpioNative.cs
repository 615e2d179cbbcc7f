using System.Runtime.InteropServices;

namespace Edge.Outputs;

/// <summary>libgpiod 1.6 (Debian: libgpiod2), the part an output line needs. Signatures after its gpiod.h.</summary>
internal static partial class GpioNative
{
    private const string Library = "libgpiod.so.2";

    /// <summary>GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW.</summary>
    public const int ActiveLow = 1 << 2;

    /// <summary>Opens a chip by name, path, number or label; 0 and errno where there is none.</summary>
    [LibraryImport(Library, EntryPoint = "gpiod_chip_open_lookup", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenChip(string name);

    /// <summary>Closes a chip and gives back its lines.</summary>
    [LibraryImport(Library, EntryPoint = "gpiod_chip_close")]
    public static partial void CloseChip(nint chip);

    [LibraryImport(Library, EntryPoint = "gpiod_chip_get_line", SetLastError = true)]
    public static partial nint GetLine(nint chip, uint offset);

    [LibraryImport(Library, EntryPoint = "gpiod_line_request_output_flags", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RequestOutput(nint line, string consumer, int flags, int value);

    [LibraryImport(Library, EntryPoint = "gpiod_line_set_value", SetLastError = true)]
    public static partial int SetValue(nint line, int value);
}
