using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A line of a GPIO chip.</summary>
internal sealed record GpioConfig
{
    [Description("The chip: its name, such as gpiochip0, its path or its label."), Required]
    public string Chip { get; init; } = "";

    [Description("The line's offset."), Required, Range(0, 100_000)]
    public int Line { get; init; }

    [Description("The station whose results it shows; default: all of them.")]
    public string? Station { get; init; }

    [Description("ok or ng: a pulse for such a result. ready: on while the box is ready.")]
    public GpioSignal Signal { get; init; }

    [Description("Length of a pulse, milliseconds."), Range(1, 60_000)]
    public int PulseMs { get; init; } = 100;

    [Description("On means low.")]
    public bool ActiveLow { get; init; }
}
