using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using System.Runtime.InteropServices;
using Edge.Runtime;

namespace Edge.Outputs;

/// <summary>Chips of the kernel's, by libgpiod 2 where it is installed and by libgpiod 1 otherwise.</summary>
internal static class GpioChip
{
    private static readonly (string Library, Func<int, GpioDriver> Open, Func<IList<GpioChipInfo>> List)[] Drivers =
    [
        ("libgpiod.so.3", number => new LibGpiodV2Driver(number), LibGpiodV2Driver.GetAvailableChips),
        ("libgpiod.so.2", number => new LibGpiodDriver(number), LibGpiodDriver.GetAvailableChips),
    ];

    /// <summary>The library that is installed; null for none.</summary>
    public static string? Library => Drivers.Select(driver => driver.Library).FirstOrDefault(library => NativeLibrary.TryLoad(library, out _));

    /// <param name="chip">Name (gpiochip0), path (/dev/gpiochip0, or a link to it), number or label.</param>
    /// <exception cref="DeviceException">libgpiod is missing, or no chip has this label.</exception>
    /// <exception cref="IOException">The chip cannot be opened.</exception>
    public static GpioDriver Open(string chip)
    {
        var library = Library
            ?? throw new DeviceException("the library libgpiod is missing; install the Debian package libgpiod3, or libgpiod2 on Debian 12");
        var driver = Drivers.First(driver => driver.Library == library);
        return driver.Open(Number(chip) ?? driver.List().FirstOrDefault(found => found.Label == chip)?.Id
            ?? throw new DeviceException("no chip has this name or label; `gpiodetect` lists those there are"));
    }

    private static int? Number(string chip)
    {
        var path = File.Exists(chip) && File.ResolveLinkTarget(chip, returnFinalTarget: true) is { } target ? target.FullName : chip;
        var digits = path.AsSpan(path.LastIndexOf("gpiochip", StringComparison.Ordinal) is >= 0 and var at ? at + "gpiochip".Length : 0);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
